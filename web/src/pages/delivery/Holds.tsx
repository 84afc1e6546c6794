import { Play } from 'lucide-react';
import { useState } from 'react';

import { useAct, useCall } from '../../api/query';
import { fromBeijing } from '../../format/time';
import { Button, ConfirmDialog, DataTable, ErrorPanel, Section, Time, useToast, type Column } from '../../parts';
import { Await } from '../../parts/Await';
import { useWords } from '../../words/words';
import { useRange } from '../useRange';
import { kHoldChanges, nameOfHold, type Hold } from './siteModel';
import { whyOf } from './Sites';
import { siteWords } from './siteWords';

const kPage = 20;
const kEveryMs = 5_000;

/** The paths over which nothing is sent for a time. */
export function Holds() {
  const w = useWords(siteWords);
  const range = useRange(kPage, 'holds');
  const holds = useCall<{ TotalCount: number; Data: Hold[] }>('ListDeliveryHolds', { Offset: range.offset, Limit: kPage }, { every: kEveryMs });
  return (
    <Section title={w.holds} beside={w.holdsNote}>
      <Await of={holds} title={w.holds} rows={2}>
        {(data) =>
          data.Data.length > 0 ? (
            <HoldTable holds={data.Data} paging={range.paging(Number(data.TotalCount), data.Data.length)} />
          ) : (
            <p className="grey">
              {w.noHold} {w.noHoldText}
            </p>
          )
        }
      </Await>
    </Section>
  );
}

export function HoldTable({ holds, paging }: { holds: readonly Hold[]; paging?: ReturnType<ReturnType<typeof useRange>['paging']> | undefined }) {
  const w = useWords(siteWords);
  const [ending, setEnding] = useState<Hold>();
  const columns: Column<Hold>[] = [
    {
      key: 'path',
      head: w.column.path,
      cell: (hold) => (
        <span title={hold.Path}>
          <b className="cell-text">{nameOfHold(hold)}</b>
          {hold.Sender !== '' && <span className="grey small block cell-text">{w.onlyFrom(hold.Sender)}</span>}
        </span>
      ),
    },
    {
      key: 'why',
      head: w.column.why,
      wideOnly: true,
      cell: (hold) => (
        <>
          {w.kinds[hold.Kind] ?? hold.Kind} {Number(hold.Step) > 0 && <span className="grey small">{w.step(Number(hold.Step))}</span>}
        </>
      ),
    },
    { key: 'since', head: w.column.since, wideOnly: true, cell: (hold) => <Time at={fromBeijing(hold.SinceTime)} /> },
    { key: 'until', head: w.column.until, cell: (hold) => <Time at={fromBeijing(hold.UntilTime)} /> },
    {
      key: 'act',
      head: w.column.act,
      number: true,
      cell: (hold) => (
        <Button
          small
          icon={<Play size={14} aria-hidden />}
          needs="EndDeliveryHold"
          aria-label={w.endOne(wholeName(hold))}
          onClick={() => setEnding(hold)}
        >
          {w.end}
        </Button>
      ),
    },
  ];
  return (
    <>
      <DataTable
        caption={w.holds}
        columns={columns}
        rows={[...holds]}
        rowKey={(hold) => hold.Path}
        below={whyOf}
        paging={paging}
      />
      {ending && <EndDialog hold={ending} onClose={() => setEnding(undefined)} />}
    </>
  );
}

/** As a button and a question name it: with the sender domain that alone is held. */
function wholeName(hold: Hold): string {
  return [nameOfHold(hold), hold.Sender].filter(Boolean).join(', ');
}

function EndDialog({ hold, onClose }: { hold: Hold; onClose: () => void }) {
  const w = useWords(siteWords);
  const toast = useToast();
  const end = useAct<{ Holds: Hold[] }>('EndDeliveryHold', { changes: kHoldChanges });
  const params = { Path: hold.Path };
  const name = wholeName(hold);
  return (
    <ConfirmDialog
      title={w.endQuestion(name)}
      action={w.end}
      busy={end.isPending}
      call={{ action: 'EndDeliveryHold', params }}
      onClose={onClose}
      onConfirm={() =>
        end.mutate(params, {
          onSuccess: (answer) => {
            toast(answer.Holds.length > 0 ? w.ended(name) : w.gone(name));
            onClose();
          },
        })
      }
    >
      <p>{w.endText}</p>
      {end.error && <ErrorPanel title={w.end} error={end.error} />}
    </ConfirmDialog>
  );
}
