import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

import { newIdempotencyKey } from '../../api/call';
import { showBytes, showNumber } from '../../format/number';
import { showDuration } from '../../format/time';
import { Button, CheckField, ErrorPanel, LinkButton, Note, Progress, Section } from '../../parts';
import { useLanguage, useWords } from '../../words/words';
import { beginning, sendImport, type Import } from './importModel';
import { importWords } from './importWords';
import { VerdictButton } from './VerdictButton';
import { Verdicts } from './ImportVerdicts';
import type { Group, ServerLimits } from './model';
import { checkRows, type Check, type Source } from './rows';
import { words } from './words';

type Phase = 'checking' | 'checked' | 'uploading' | 'stopped' | 'failed' | 'done';

const kCounters = [
  'TotalCount', 'ValidCount', 'InvalidCount', 'RepeatCount', 'EmptyEmailCount', 'TooLongCount', 'RefusedCount',
] as const;

/** Looks every row over, and imports them all, with progress, counters and an end at any time. */
export function ImportRun(props: {
  group: Group;
  source: Source;
  limits: ServerLimits;
  /** An import of this file that is not finished. */
  begun: Import | undefined;
  onBack: () => void;
  onAnother: () => void;
}) {
  const w = useWords(words).imported;
  const i = useWords(importWords);
  const language = useLanguage();
  const client = useQueryClient();
  const { group, source } = props;
  const [phase, setPhase] = useState<Phase>('checking');
  const [read, setRead] = useState(0);
  const [check, setCheck] = useState<Check>();
  const [begun, setBegun] = useState(props.begun);
  const [sum, setSum] = useState(props.begun);
  const [leaveOut, setLeaveOut] = useState(false);
  const [error, setError] = useState<unknown>();
  const [rate, setRate] = useState<number>();
  const stop = useRef(new AbortController());
  // Going on after a lost answer finds the import that was begun.
  const token = useRef(newIdempotencyKey());
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

  // Whoever goes to another page ends the upload, too, and not only the check that was the first to hold `stop`.
  useEffect(() => () => stop.current.abort(), []);

  // Leaving the console in the middle would end the upload: the browser asks first.
  useEffect(() => {
    if (phase !== 'uploading') return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [phase]);

  const options = { leaveOut, distinct: check?.distinct ?? 0, token: token.current };
  const upload = async (resumed: Import | undefined) => {
    const ending = new AbortController();
    stop.current = ending;
    const started = performance.now();
    const before = resumed?.TotalCount ?? 0;
    setPhase('uploading');
    setError(undefined);
    setBegun(resumed);
    setSum(resumed);
    try {
      await sendImport(
        resumed,
        group.ReceiverId,
        source,
        limits,
        options,
        (now) => {
          setSum(now);
          const seconds = (performance.now() - started) / 1000;
          if (seconds > 0.2) setRate((now.TotalCount - before) / seconds);
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
    for (const name of ['ListReceivers', 'ListReceiverDetails', 'ListImports'])
      void client.invalidateQueries({ queryKey: [name] });
  };

  const rows = check?.rows ?? 0;
  const done = sum?.TotalCount ?? 0;
  const cap = Number(props.limits.RecipientsPerGroup);
  const room = cap > 0 ? Math.max(0, cap - Number(group.Count)) : undefined;
  const left = rate && rate > 0 ? showDuration(((rows - done) / rate) * 1000) : '';
  const tooMany = check && cap > 0 && check.distinct > cap;
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
          {phase === 'checked' && begun && (
            <Note tone="info" title={i.resume(showNumber(begun.TotalCount, language))}>
              {i.resumeText}
            </Note>
          )}
          {phase === 'checked' && !begun && (
            <div>
              <CheckField label={i.leaveOut} checked={leaveOut} onChange={setLeaveOut} />
              <p className="grey small">{i.leaveOutHint}</p>
            </div>
          )}
          {phase !== 'checked' && (
            <Section title={phase === 'done' ? w.done : phase === 'stopped' ? w.stopped : w.uploading}>
              <div role="status">
                <Progress
                  label={w.uploading}
                  value={done}
                  max={rows}
                  text={`${w.progress(showNumber(done, language), showNumber(rows, language))}${
                    phase === 'uploading' && rate ? ` · ${w.rate(showNumber(Math.round(rate), language))} · ${left}` : ''
                  }`}
                />
              </div>
              {phase === 'uploading' && <p className="grey small">{w.slow}</p>}
              {sum && <CounterFigures sum={sum} />}
              {phase === 'done' && (
                <Note tone="success" title={w.done}>
                  {w.doneText}
                </Note>
              )}
              {phase === 'stopped' && (
                <Note tone="warning" title={w.stopped}>
                  {w.stoppedText(showNumber(done, language))}
                </Note>
              )}
              {phase === 'failed' && <ErrorPanel title={w.failed} error={error} />}
            </Section>
          )}
          <div className="form-actions">
            {phase === 'checked' && (
              <>
                <Button
                  look="filled"
                  needs="ImportRecipients"
                  call={begun ? undefined : { action: 'ImportRecipients', params: beginning(group.ReceiverId, source, options) }}
                  reason={rows === 0 ? w.nothing : tooMany ? w.tooMany(showNumber(room ?? 0, language)) : undefined}
                  onClick={() => void upload(begun)}
                >
                  {begun ? i.resumeDo(showNumber(begun.TotalCount, language)) : w.start(showNumber(rows, language))}
                </Button>
                {begun && <Button onClick={() => setBegun(undefined)}>{i.anew}</Button>}
                <Button onClick={props.onBack}>{w.change}</Button>
              </>
            )}
            {phase === 'uploading' && <Button onClick={() => stop.current.abort()}>{w.stop}</Button>}
            {(phase === 'stopped' || phase === 'failed') && (
              <Button look="filled" needs="ImportRecipients" onClick={() => void upload(sum)}>
                {w.goOn}
              </Button>
            )}
            {(phase === 'done' || phase === 'stopped' || phase === 'failed') && (
              <>
                {sum && <VerdictButton one={sum} />}
                <LinkButton to={`/groups/${group.ReceiverId}`}>{w.toGroup}</LinkButton>
                <LinkButton to={`/groups/${group.ReceiverId}?part=imports`}>{i.title}</LinkButton>
                <Button onClick={props.onAnother}>{w.another}</Button>
              </>
            )}
          </div>
          {phase === 'checked' && room !== undefined && (
            <p className="small grey">{w.fits(showNumber(Number(group.Count), language), showNumber(cap, language))}</p>
          )}
          {phase === 'checked' && room !== undefined && check.distinct > room && (
            <Note tone="warning" title={w.tooMany(showNumber(room, language))} />
          )}
          <Verdicts check={check} dataBytes={limits.dataBytes} name={source.file.name} />
        </>
      )}
      {!check && phase === 'failed' && <ErrorPanel title={w.unreadable} error={error} />}
    </>
  );
}

/** The counters of the import, by the names of the API. */
function CounterFigures({ sum }: { sum: Import }) {
  const w = useWords(importWords);
  const language = useLanguage();
  return (
    <dl className="figures">
      {kCounters.map((name) => (
        <div key={name}>
          <dt title={name}>{w.counters[name]}</dt>
          <dd>{showNumber(sum[name], language)}</dd>
        </div>
      ))}
    </dl>
  );
}
