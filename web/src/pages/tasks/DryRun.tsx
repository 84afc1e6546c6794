import { useEffect, useRef, useState } from 'react';
import { Link } from 'react-router-dom';

import { call, ApiError, type Params } from '../../api/call';
import { showNumber } from '../../format/number';
import { fromBeijing, showTime, toBeijing } from '../../format/time';
import { Button, ErrorPanel, Note, Section, Skeleton } from '../../parts';
import { Count } from '../../parts/Count';
import { Progress } from '../../parts/Progress';
import { useSettled } from '../templates/useRendered';
import { useLanguage, useWords } from '../../words/words';
import { capsOf } from './capFields';
import { capWords } from './capWords';
import { callOf, type Draft } from './model';
import { draftWords } from './draftWords';

interface Rehearsal {
  readonly DryRunId: string;
  readonly State: 'running' | 'finished' | 'stopped';
  readonly GroupCount: number;
  readonly RecipientCount: number;
  readonly MalformedCount: number;
  readonly BouncedCount: number;
  readonly BlockedCount: number;
  readonly UnsubscribedCount: number;
  readonly TooFrequentCount: number;
  readonly WithoutVariableCount: number;
  readonly MailedCount: number;
  readonly QuotaPerDay: number;
  readonly QuotaWaitCount: number;
  readonly QuotaRenewTime: string;
  readonly EstimatedEndTime: string;
  readonly Verdict: 'ready' | 'warnings' | 'blocked' | 'unknown';
  readonly Blocking: readonly { readonly Code: string; readonly Text: string }[];
  readonly Warnings: readonly { readonly Rule: string; readonly Text: string }[];
}

const kPauseMs = 600;
const kEveryMs = 500;

interface Seen {
  /** The draft that it is of. */
  readonly of: string;
  readonly data?: Rehearsal | undefined;
  readonly error?: ApiError;
}

/** Caps that are none are left out. */
function paramsOf(text: string): Params {
  const draft = JSON.parse(text) as Draft;
  const caps = Object.entries(capsOf(draft)).filter(([, cap]) => cap > 0);
  return { ...callOf(draft, toBeijing), ...Object.fromEntries(caps) };
}

/**
 * The rehearsal of the task by the code that would mail it: whom it would reach, and what is in the way. It goes on in the
 * server when the group is large; one that is not wanted any more, because the draft was changed or left, is stopped.
 */
export function useDryRun(draft: Draft, enabled: boolean) {
  const text = JSON.stringify(draft);
  const settled = useSettled(text, kPauseMs);
  const [round, setRound] = useState(0);
  const [seen, setSeen] = useState<Seen>();
  const stop = useRef<() => void>(() => undefined);
  useEffect(() => {
    if (!enabled) return;
    let wanted = true;
    let id = '';
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (data: Rehearsal) => {
      id = data.State === 'running' ? data.DryRunId : '';
      if (wanted) setSeen({ of: settled, data });
      if (wanted && id !== '') timer = setTimeout(() => void ask('GetDryRun'), kEveryMs);
      if (!wanted) end();
    };
    const fail = (fault: unknown) => {
      id = '';
      if (wanted && fault instanceof ApiError) setSeen({ of: settled, error: fault });
    };
    const ask = (action: 'GetDryRun' | 'StopDryRun') => call<Rehearsal>(action, { DryRunId: id }).then(show, fail);
    // What becomes of it is no matter: one that nobody asks for ends by itself.
    const end = () => {
      clearTimeout(timer);
      if (id !== '') void call('StopDryRun', { DryRunId: id }).catch(() => undefined);
      id = '';
    };
    stop.current = () => {
      clearTimeout(timer);
      if (id !== '') void ask('StopDryRun');
    };
    void call<Rehearsal>('DryRunSendTask', paramsOf(settled)).then(show, fail);
    return () => {
      wanted = false;
      end();
    };
  }, [settled, enabled, round]);
  const current = enabled ? seen : undefined;
  return {
    data: current?.data,
    error: current?.error ?? null,
    stale: text !== settled || current?.of !== settled,
    /** Those of the call that the answer is of. */
    params: () => paramsOf(settled),
    again: () => setRound((before) => before + 1),
    stop: () => stop.current(),
  };
}

export type DryRunState = ReturnType<typeof useDryRun>;

/** The verdict first, then people by what would become of them. */
export function DryRun({ run, group }: { run: DryRunState; group: string }) {
  const w = useWords(draftWords).dry;
  const { ends } = useWords(capWords);
  const language = useLanguage();
  if (run.error) return <ErrorPanel title={w.failed} error={run.error} onRetry={run.again} />;
  const data = run.data;
  if (!data) return <Skeleton rows={3} waitingFor={w.title} />;
  const tone = { ready: 'success', warnings: 'warning', blocked: 'error', unknown: 'info' } as const;
  const rows = [
    [w.malformed, data.MalformedCount, `/groups/${group}?status=2`],
    [w.bounced, data.BouncedCount, '/blocks?list=automatic'],
    [w.blocked, data.BlockedCount, '/blocks?list=custom'],
    [w.unsubscribed, data.UnsubscribedCount, '/blocks?list=unsubscribed'],
    [w.tooFrequent, data.TooFrequentCount, undefined],
  ] as const;
  return (
    <>
      <div role="status" className={run.stale ? 'mail-frame-stale' : undefined}>
        <Note tone={tone[data.Verdict]} title={w.verdict[data.Verdict](data.Verdict === 'blocked' ? data.Blocking.length : data.Warnings.length)}>
          <p>
            {w.receive(showNumber(data.MailedCount, language))}
            {data.State !== 'finished' && ` ${w.soFar}`}
          </p>
          {data.EstimatedEndTime !== '' && <p>{ends(showTime(fromBeijing(data.EstimatedEndTime), language, false))}</p>}
          {data.QuotaWaitCount > 0 && (
            <p>
              {w.wait(
                showNumber(data.QuotaWaitCount, language),
                showTime(fromBeijing(data.QuotaRenewTime), language, false),
              )}
            </p>
          )}
          {[...data.Blocking.map((one) => [one.Code, one.Text]), ...data.Warnings.map((one) => [one.Rule, one.Text])].map(
            ([code, text]) => (
              <p key={`${code} ${text}`}>
                {text} <code>{code}</code>
              </p>
            ),
          )}
        </Note>
      </div>
      {data.State !== 'finished' && (
        <div className="form-actions">
          <Progress
            label={w.title}
            value={Number(data.RecipientCount)}
            max={Number(data.GroupCount)}
            text={w.judged(showNumber(data.RecipientCount, language), showNumber(data.GroupCount, language))}
          />
          {data.State === 'running' ? (
            <Button call={{ action: 'StopDryRun', params: { DryRunId: data.DryRunId } }} onClick={run.stop}>
              {w.stop}
            </Button>
          ) : (
            <Button call={{ action: 'DryRunSendTask', params: run.params }} onClick={run.again}>
              {w.again}
            </Button>
          )}
        </div>
      )}
      <Section title={w.people} beside={w.peopleNote}>
        <ul className="reason-list">
          <li>
            <span>{w.inGroup}</span>
            <Count n={data.GroupCount} to={`/groups/${group}`} label={w.inGroup} />
          </li>
          {rows.map(([label, count, to]) => (
            <li key={label}>
              <span>{label}</span>
              {count > 0 && to ? (
                <Link to={to} className="rows-link" aria-label={label}>
                  − {showNumber(count, language)}
                </Link>
              ) : (
                <span>{count > 0 ? `− ${showNumber(count, language)}` : '0'}</span>
              )}
            </li>
          ))}
          <li className="sum">
            <span>{w.mailed}</span>
            <Count n={data.MailedCount} to={`/groups/${group}?status=1`} label={w.mailed} />
          </li>
        </ul>
      </Section>
    </>
  );
}
