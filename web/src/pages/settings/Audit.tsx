import { CircleCheck, CircleX } from 'lucide-react';
import { useState } from 'react';
import { useSearchParams } from 'react-router-dom';

import { useCall } from '../../api/query';
import { fromBeijing } from '../../format/time';
import { Button, DataTable, Empty, FilteredEmpty, StateMark, Time, type Column } from '../../parts';
import { Await } from '../../parts/Await';
import { SearchField } from '../../parts/SearchField';
import { useWords } from '../../words/words';
import { auditWords } from './auditWords';

interface Entry {
  readonly EntryId: number | bigint;
  readonly Time: string;
  readonly AppId: number | bigint;
  readonly ActorType: 'user' | 'credential' | 'operator' | 'unknown';
  readonly Actor: string;
  readonly ActorAppId: number | bigint;
  readonly Client: string;
  readonly Peer: string;
  readonly Action: string;
  readonly Target: string;
  readonly Code: string;
  readonly Count: number;
  readonly CallId: string;
}

const kPage = 50;
const kFilters = ['actor', 'action', 'since', 'until'] as const;

/** Who changed what and who came in. */
export function Audit() {
  const w = useWords(auditWords);
  const [search, setSearch] = useSearchParams();
  // The beginnings of the pages that were left behind; the last one is shown.
  const [positions, setPositions] = useState<readonly string[]>([]);
  const value = (key: (typeof kFilters)[number]) => search.get(key) ?? '';
  const set = (key: (typeof kFilters)[number], text: string) => {
    const next = new URLSearchParams(search);
    if (text) next.set(key, text);
    else next.delete(key);
    setPositions([]);
    setSearch(next, { replace: true });
  };
  const entries = useCall<{ Data: Entry[]; Position: string; ScannedCount: number }>(
    'ListAuditEntries',
    {
      Limit: kPage,
      Actor: value('actor') || undefined,
      ActionName: value('action') || undefined,
      StartTime: value('since') || undefined,
      EndTime: value('until') || undefined,
      Position: positions.at(-1),
    },
    { every: positions.length === 0 ? 10_000 : undefined },
  );
  const filtered = kFilters.some((key) => value(key) !== '');
  const clear = () => {
    setPositions([]);
    setSearch({ tab: 'audit' }, { replace: true });
  };
  const go = (position: string) => setPositions([...positions, position]);
  return (
    <>
      <div className="toolbar">
        <SearchField label={w.byActor} value={value('actor')} maxLength={200} onChange={(text) => set('actor', text)} />
        <SearchField label={w.byAction} value={value('action')} maxLength={200} onChange={(text) => set('action', text)} />
        {(['since', 'until'] as const).map((key) => (
          <label key={key} className="day-field small grey">
            {key === 'since' ? w.from : w.until}
            <input className="input" type="date" value={value(key)} onChange={(event) => set(key, event.target.value)} />
          </label>
        ))}
      </div>
      <Await of={entries} title={w.tab} rows={10}>
        {(data) =>
          data.Data.length > 0 ? (
            <DataTable
              caption={w.tab}
              columns={columnsOf(w)}
              rows={data.Data}
              rowKey={(entry) => String(entry.EntryId)}
              paging={{
                onPrevious: positions.length > 0 ? () => setPositions(positions.slice(0, -1)) : undefined,
                onNext: data.Position ? () => go(data.Position) : undefined,
              }}
            />
          ) : data.Position ? (
            <FilteredEmpty
              title={w.noMatch}
              clear={<Button onClick={() => go(data.Position)}>{w.searchOn(Number(data.ScannedCount))}</Button>}
            />
          ) : filtered || positions.length > 0 ? (
            <FilteredEmpty title={w.noMatch} clear={<Button onClick={clear}>{w.clear}</Button>} />
          ) : (
            <Empty title={w.emptyTitle}>{w.emptyText}</Empty>
          )
        }
      </Await>
      <p className="grey small">{w.verify}</p>
    </>
  );
}

type AuditText = ReturnType<typeof useWords<(typeof auditWords)['en']>>;

function columnsOf(w: AuditText): Column<Entry>[] {
  return [
    { key: 'time', head: w.column.time, cell: (entry) => <Time at={fromBeijing(entry.Time)} /> },
    { key: 'actor', head: w.column.actor, cell: (entry) => <Actor entry={entry} /> },
    {
      key: 'action',
      head: w.column.action,
      cell: (entry) => (
        <>
          <b>{entry.Action}</b> {Number(entry.Count) > 1 && <span className="grey small">{w.times(Number(entry.Count))}</span>}
        </>
      ),
    },
    { key: 'target', head: w.column.target, wideOnly: true, cell: (entry) => <span className="cell-text">{entry.Target}</span> },
    {
      key: 'code',
      head: w.column.code,
      cell: (entry) => (
        <StateMark icon={entry.Code === 'OK' ? CircleCheck : CircleX} tone={entry.Code === 'OK' ? 'success' : 'warning'}>
          {entry.Code}
        </StateMark>
      ),
    },
    { key: 'from', head: w.column.from, wideOnly: true, cell: (entry) => <code>{entry.Peer}</code> },
    { key: 'client', head: w.column.client, wideOnly: true, cell: (entry) => <span className="cell-text">{entry.Client}</span> },
  ];
}

function Actor({ entry }: { entry: Entry }) {
  const w = useWords(auditWords);
  const abroad = Number(entry.ActorAppId) !== 0 && String(entry.ActorAppId) !== String(entry.AppId);
  return (
    <>
      {entry.ActorType === 'user' ? (
        <b>{entry.Actor}</b>
      ) : entry.ActorType === 'credential' ? (
        <code>{entry.Actor}</code>
      ) : (
        <span className="grey">{w.actor[entry.ActorType]}</span>
      )}{' '}
      {abroad && <span className="grey small">{w.abroad(String(entry.ActorAppId))}</span>}
    </>
  );
}
