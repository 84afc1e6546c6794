import { Play } from 'lucide-react';

import { useAct, useCall } from '../../api/query';
import { fromBeijing } from '../../format/time';
import { Button, DataTable, Section, Time, useToast, type Column } from '../../parts';
import { Await } from '../../parts/Await';
import { useConsole } from '../../shell/SessionContext';
import { useWords } from '../../words/words';
import { useRange } from '../useRange';
import { kPauseChanges, mayEnd, paramsOf, scopeOfPause, type Pause } from './queueModel';
import { queueWords } from './queueWords';
import { useAccounts, useScopeText } from './useAccounts';

const kPage = 20;
const kEveryMs = 5_000;

/** What people have paused, with the way to let it go on. */
export function Pauses() {
  const w = useWords(queueWords);
  const { session } = useConsole();
  const { manages, nameOf } = useAccounts();
  const scopeText = useScopeText();
  const range = useRange(kPage, 'pauses');
  const pauses = useCall<{ TotalCount: number; Data: Pause[] }>(
    'ListDeliveryPauses',
    { Offset: range.offset, Limit: kPage },
    { every: kEveryMs },
  );
  const columns: Column<Pause>[] = [
    { key: 'domain', head: w.column.domain, cell: (pause) => <b className="cell-text">{pause.Domain || w.everyDomain}</b> },
    ...(manages
      ? [{
          key: 'account', head: w.column.account, wideOnly: true,
          cell: (pause: Pause) => (Number(pause.AppId) === 0 ? w.everyAccount : nameOf(String(pause.AppId))),
        }]
      : []),
    { key: 'since', head: w.column.since, wideOnly: true, cell: (pause) => <Time at={fromBeijing(pause.SinceTime)} /> },
    {
      key: 'until',
      head: w.column.until,
      wideOnly: true,
      cell: (pause) => (pause.UntilTime === '' ? <span className="grey">{w.forever}</span> : <Time at={fromBeijing(pause.UntilTime)} />),
    },
    { key: 'reason', head: w.column.reason, wideOnly: true, cell: (pause) => <span className="cell-text">{pause.Reason}</span> },
    {
      key: 'act',
      head: w.column.act,
      number: true,
      cell: (pause) => (
        <ResumeButton pause={pause} name={scopeText(scopeOfPause(pause))} reason={mayEnd(session, pause) ? undefined : w.theirs} small />
      ),
    },
  ];
  return (
    <Section title={w.pauses} beside={w.pausesNote}>
      <Await of={pauses} title={w.pauses} rows={2}>
        {(data) =>
          data.Data.length > 0 ? (
            <DataTable
              caption={w.pauses}
              columns={columns}
              rows={data.Data}
              rowKey={(pause) => `${pause.Domain} ${pause.AppId}`}
              paging={range.paging(Number(data.TotalCount), data.Data.length)}
            />
          ) : (
            <p className="grey">
              {w.noPause} {w.noPauseText}
            </p>
          )
        }
      </Await>
    </Section>
  );
}

/** Ends a pause: its mail goes on at once. */
export function ResumeButton({ pause, name, reason, small }: { pause: Pause; name: string; reason?: string | undefined; small?: boolean }) {
  const w = useWords(queueWords);
  const toast = useToast();
  const resume = useAct('ResumeDelivery', { changes: kPauseChanges });
  const params = paramsOf(scopeOfPause(pause));
  return (
    <Button
      small={small}
      icon={<Play size={14} aria-hidden />}
      aria-label={w.resumeOne(name)}
      disabled={resume.isPending}
      reason={reason}
      call={{ action: 'ResumeDelivery', params }}
      onClick={() =>
        resume.mutate(params, {
          onSuccess: () => toast(w.resumed(name)),
          onError: (error) => toast(`${error.message} (${error.code})`, 'error'),
        })
      }
    >
      {w.resume}
    </Button>
  );
}
