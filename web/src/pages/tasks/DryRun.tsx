import { Link } from 'react-router-dom';

import { useCall } from '../../api/query';
import { showNumber } from '../../format/number';
import { fromBeijing, showTime, toBeijing } from '../../format/time';
import { ErrorPanel, Note, Section, Skeleton } from '../../parts';
import { Count } from '../../parts/Count';
import { useSettled } from '../templates/useRendered';
import { useLanguage, useWords } from '../../words/words';
import { callOf, type Draft } from './model';
import { draftWords } from './draftWords';

interface Rehearsal {
  readonly GroupCount: number;
  readonly MalformedCount: number;
  readonly BouncedCount: number;
  readonly BlockedCount: number;
  readonly UnsubscribedCount: number;
  readonly TooFrequentCount: number;
  readonly WithoutVariableCount: number;
  readonly MailedCount: number;
  readonly Position: number;
  readonly QuotaPerDay: number;
  readonly QuotaWaitCount: number;
  readonly QuotaRenewTime: string;
  readonly Verdict: 'ready' | 'warnings' | 'blocked';
  readonly Blocking: readonly { readonly Code: string; readonly Text: string }[];
  readonly Warnings: readonly { readonly Rule: string; readonly Text: string }[];
}

const kPauseMs = 600;

/** The rehearsal of the task by the code that would mail it: whom it would reach, and what is in the way. */
export function useDryRun(draft: Draft, enabled: boolean) {
  const text = JSON.stringify(draft);
  const settled = useSettled(text, kPauseMs);
  const params = callOf(JSON.parse(settled) as Draft, toBeijing);
  const run = useCall<Rehearsal>('DryRunSendTask', params, { enabled });
  return {
    data: enabled ? run.data : undefined,
    error: enabled ? run.error : null,
    stale: text !== settled || run.isFetching,
    again: () => void run.refetch(),
  };
}

export type DryRunState = ReturnType<typeof useDryRun>;

/** The verdict first, then people by what would become of them. */
export function DryRun({ run, group }: { run: DryRunState; group: string }) {
  const w = useWords(draftWords).dry;
  const language = useLanguage();
  if (run.error) return <ErrorPanel title={w.failed} error={run.error} onRetry={run.again} />;
  const data = run.data;
  if (!data) return <Skeleton rows={3} waitingFor={w.title} />;
  const tone = { ready: 'success', warnings: 'warning', blocked: 'error' } as const;
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
            {data.Position > 0 && ` ${w.part}`}
          </p>
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
