import { useQueryClient } from '@tanstack/react-query';
import { Download, SquareX } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';

import { call, newIdempotencyKey } from '../../api/call';
import { showBytes, showNumber } from '../../format/number';
import { showDuration } from '../../format/time';
import { Button, DataTable, ErrorPanel, LinkButton, Note, Progress, Section, StateMark, type Column } from '../../parts';
import { Segments } from '../../parts/Segments';
import { useLanguage, useWords } from '../../words/words';
import { csvText } from '../csv';
import { download } from '../download';
import type { Group, ServerLimits } from './model';
import {
  checkRows, hasVariables, kNoCounters, kOddRowsMax, uploadRows, type Check, type Counters, type OddRow,
  type Source, type Verdict,
} from './rows';
import { words } from './words';

type Phase = 'checking' | 'checked' | 'uploading' | 'stopped' | 'failed' | 'done';

const kVerdicts: readonly Verdict[] = ['Repeat', 'Empty', 'TooLong', 'Tag', 'DataTooLong'];
/** The screen shows the first odd rows; the verdict file has all that are kept. */
const kShownMax = 200;

/** Checks every row, and uploads those that may go, with progress, counters and an end at any time. */
export function ImportRun(props: {
  group: Group;
  source: Source;
  limits: ServerLimits;
  onBack: () => void;
  onAnother: () => void;
}) {
  const w = useWords(words).imported;
  const language = useLanguage();
  const client = useQueryClient();
  const { group, source } = props;
  const [phase, setPhase] = useState<Phase>('checking');
  const [read, setRead] = useState(0);
  const [check, setCheck] = useState<Check>();
  const [sum, setSum] = useState<Counters>(kNoCounters);
  const [error, setError] = useState<unknown>();
  const [since, setSince] = useState(0);
  const [rate, setRate] = useState<number>();
  const stop = useRef(new AbortController());
  // A call whose answer was lost is repeated under its key and then not done twice.
  const run = useRef(newIdempotencyKey());
  const limits = {
    perCall: Number(props.limits.RecipientsPerRequest),
    dataBytes: Number(props.limits.TemplateDataBytes),
  };

  useEffect(() => {
    const ending = new AbortController();
    stop.current = ending;
    checkRows(source, limits, setRead, ending.signal).then(
      (result) => {
        setCheck(result);
        setPhase('checked');
      },
      (failure: unknown) => {
        if (ending.signal.aborted) return;
        setError(failure);
        setPhase('failed');
      },
    );
    return () => ending.abort();
    // The source and the limits stay as they are while this is shown.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [source]);

  // Leaving the page in the middle would end the upload: the browser asks first.
  useEffect(() => {
    if (phase !== 'uploading') return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [phase]);

  const upload = async (skip: number) => {
    const ending = new AbortController();
    stop.current = ending;
    const started = performance.now();
    const before = sum;
    setPhase('uploading');
    setError(undefined);
    setSince(started);
    const withData = hasVariables(source.columns);
    let skipped = 0;
    let calls = 0;
    try {
      await uploadRows(
        source,
        limits,
        async (items) => {
          calls += 1;
          // Rows of calls that were acknowledged before a failure are not sent again.
          if (skipped < skip) {
            skipped += items.length;
            return kNoCounters;
          }
          const params = withData
            ? { ReceiverId: group.ReceiverId, Datas: items.map((item) => ({ ...item })) }
            : { ReceiverId: group.ReceiverId, Emails: items.map((item) => item.Email) };
          return call<Counters>(withData ? 'CreateReceiverDetailWithData' : 'CreateReceiverDetail', params, {
            idempotencyKey: `${run.current}-${calls}`,
            signal: ending.signal,
          });
        },
        (more) => {
          const total = {
            TotalCount: before.TotalCount + more.TotalCount,
            ValidCount: before.ValidCount + more.ValidCount,
            TooLongCount: before.TooLongCount + more.TooLongCount,
            EmptyEmailCount: before.EmptyEmailCount + more.EmptyEmailCount,
            RepeatCount: before.RepeatCount + more.RepeatCount,
          };
          setSum(total);
          const seconds = (performance.now() - started) / 1000;
          if (seconds > 0.2) setRate(more.TotalCount / seconds);
        },
        ending.signal,
      );
      setPhase('done');
    } catch (failure) {
      if (ending.signal.aborted) setPhase('stopped');
      else {
        setError(failure);
        setPhase('failed');
      }
    }
    void client.invalidateQueries({ queryKey: ['ListReceivers'] });
    void client.invalidateQueries({ queryKey: ['ListReceiverDetails'] });
  };

  const rows = check?.sendable ?? 0;
  const cap = Number(props.limits.RecipientsPerGroup);
  const room = cap > 0 ? Math.max(0, cap - Number(group.Count)) : undefined;
  const leftOut = check ? check.counts.Tag + check.counts.DataTooLong : 0;
  const left = rate && rate > 0 ? showDuration(((rows - sum.TotalCount) / rate) * 1000) : '';
  return (
    <>
      {phase === 'checking' && (
        <Section title={w.checking}>
          <Progress label={w.checking} value={read} max={source.file.size} text={`${showBytes(read)} / ${showBytes(source.file.size)}`} />
          <div className="form-actions">
            <Button
              onClick={() => {
                stop.current.abort();
                props.onBack();
              }}
            >
              {w.stop}
            </Button>
          </div>
        </Section>
      )}
      {check && (
        <>
          {phase !== 'checked' && (
            <Section title={phase === 'done' ? w.done : phase === 'stopped' ? w.stopped : w.uploading}>
              <div role="status">
                <Progress
                  label={w.uploading}
                  value={sum.TotalCount}
                  max={rows}
                  text={`${w.progress(showNumber(sum.TotalCount, language), showNumber(rows, language))}${
                    phase === 'uploading' && rate ? ` · ${w.rate(showNumber(Math.round(rate), language))} · ${left}` : ''
                  }`}
                />
              </div>
              {phase === 'uploading' && since > 0 && <p className="grey small">{w.slow}</p>}
              <CounterFigures sum={sum} leftOut={leftOut} />
              {phase === 'done' && (
                <Note tone="success" title={w.done}>
                  {w.doneText}
                </Note>
              )}
              {phase === 'stopped' && (
                <Note tone="warning" title={w.stopped}>
                  {w.stoppedText(showNumber(sum.TotalCount, language))}
                </Note>
              )}
              {phase === 'failed' && <ErrorPanel title={w.failed} error={error} />}
            </Section>
          )}
          <div className="form-actions">
            {phase === 'checked' && (
              <>
                <Button look="filled" reason={rows === 0 ? w.nothing : undefined} onClick={() => void upload(0)}>
                  {w.start(showNumber(rows, language))}
                </Button>
                <Button onClick={props.onBack}>{w.change}</Button>
              </>
            )}
            {phase === 'uploading' && <Button onClick={() => stop.current.abort()}>{w.stop}</Button>}
            {(phase === 'stopped' || phase === 'failed') && (
              <Button look="filled" onClick={() => void upload(sum.TotalCount)}>
                {w.goOn}
              </Button>
            )}
            {(phase === 'done' || phase === 'stopped' || phase === 'failed') && (
              <>
                <LinkButton to={`/groups/${group.ReceiverId}`}>{w.toGroup}</LinkButton>
                <Button onClick={props.onAnother}>{w.another}</Button>
              </>
            )}
          </div>
          {phase === 'checked' && room !== undefined && (
            <p className="small grey">{w.fits(showNumber(Number(group.Count), language), showNumber(cap, language))}</p>
          )}
          {phase === 'checked' && room !== undefined && rows - check.counts.Repeat > room && (
            <Note tone="warning" title={w.tooMany(showNumber(room, language))} />
          )}
          <Verdicts check={check} dataBytes={limits.dataBytes} name={source.file.name} />
        </>
      )}
      {!check && phase === 'failed' && <ErrorPanel title={w.unreadable} error={error} />}
    </>
  );
}

function CounterFigures({ sum, leftOut }: { sum: Counters; leftOut: number }) {
  const w = useWords(words).imported;
  const language = useLanguage();
  const figures = [
    ['TotalCount', sum.TotalCount], ['ValidCount', sum.ValidCount], ['RepeatCount', sum.RepeatCount],
    ['EmptyEmailCount', sum.EmptyEmailCount], ['TooLongCount', sum.TooLongCount], ['leftOut', leftOut],
  ] as const;
  return (
    <dl className="figures">
      {figures.map(([name, count]) => (
        <div key={name}>
          <dt title={name}>{w.counters[name]}</dt>
          <dd>{showNumber(count, language)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The rows of which something is to be told, by verdict, on the screen and as a file. */
function Verdicts({ check, dataBytes, name }: { check: Check; dataBytes: number; name: string }) {
  const all = useWords(words);
  const w = all.imported;
  const language = useLanguage();
  const [chosen, setChosen] = useState('');
  const total = kVerdicts.reduce((sum, verdict) => sum + check.counts[verdict], 0);
  const reasonOf = (row: OddRow): string => {
    switch (row.verdict) {
      case 'Repeat': return w.reason.Repeat(showNumber(row.first ?? 0, language));
      case 'Tag': return w.reason.Tag(row.variable ?? '');
      case 'DataTooLong': return w.reason.DataTooLong(showNumber(dataBytes, language));
      default: return w.reason[row.verdict];
    }
  };
  if (total === 0) {
    return (
      <Section title={w.verdicts}>
        <p className="grey">{w.noVerdicts}</p>
      </Section>
    );
  }
  const rows = check.odd.filter((row) => chosen === '' || row.verdict === chosen).slice(0, kShownMax);
  const columns: Column<OddRow>[] = [
    { key: 'line', head: all.column.line, number: true, width: '80px', cell: (row) => showNumber(row.line, language) },
    { key: 'address', head: all.column.address, cell: (row) => <span className="cell-text">{row.address.slice(0, 80)}</span> },
    {
      key: 'verdict',
      head: all.column.verdict,
      cell: (row) => (
        <StateMark icon={SquareX} tone={row.verdict === 'Repeat' || row.verdict === 'Empty' ? 'warning' : 'error'}>
          {w.verdict[row.verdict]}
        </StateMark>
      ),
    },
    { key: 'reason', head: all.column.reason, wideOnly: true, cell: reasonOf },
    { key: 'effect', head: all.column.happened, wideOnly: true, cell: (row) => <span className="grey">{w.effect[row.verdict]}</span> },
  ];
  return (
    <Section
      title={w.verdicts}
      beside={`${showNumber(total, language)}${check.odd.length >= kOddRowsMax ? ` · ${w.onlyFirst(showNumber(kOddRowsMax, language))}` : ''}`}
      actions={
        <Button
          small
          icon={<Download size={14} aria-hidden />}
          onClick={() =>
            download(
              `${name}.verdicts.csv`,
              csvText([
                ['line', 'address', 'verdict', 'reason'],
                ...check.odd.map((row) => [String(row.line), row.address, row.verdict, reasonOf(row)]),
              ]),
            )
          }
        >
          {w.download}
        </Button>
      }
    >
      <div className="toolbar">
        <Segments
          label={w.verdicts}
          value={chosen}
          onChange={setChosen}
          segments={[
            { value: '', label: `${w.allVerdicts} ${showNumber(total, language)}` },
            ...kVerdicts
              .filter((verdict) => check.counts[verdict] > 0)
              .map((verdict) => ({ value: verdict, label: `${w.verdict[verdict]} ${showNumber(check.counts[verdict], language)}` })),
          ]}
        />
      </div>
      <DataTable caption={w.verdicts} columns={columns} rows={rows} rowKey={(row) => String(row.line)} dense />
    </Section>
  );
}
