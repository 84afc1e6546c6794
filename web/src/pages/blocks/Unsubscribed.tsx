import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router-dom';

import { useCall } from '../../api/query';
import { fromBeijing } from '../../format/time';
import { Button, Time, type Column } from '../../parts';
import { Await } from '../../parts/Await';
import { SearchField } from '../../parts/SearchField';
import { useWords } from '../../words/words';
import { useRange } from '../useRange';
import { AddDialog } from './AddDialog';
import { BlockTable } from './BlockTable';
import { useFind } from './useFind';
import { useRemove } from './useRemove';
import { words } from './words';

interface Row {
  readonly SenderDomain: string;
  readonly Email: string;
  readonly Reason: string;
  readonly CreateTime: string;
}

const kPage = 50;

/** Whoever unsubscribed from a sender domain, or complained about its mail. */
export function Unsubscribed() {
  const w = useWords(words);
  const { find, filter } = useFind();
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState('');
  const range = useRange(kPage);
  const list = useCall<{ Data: Row[]; TotalCount: number }>('ListUnsubscribes', {
    Offset: range.offset,
    Limit: kPage,
    Email: find || undefined,
  });
  const remove = useRemove('DeleteUnsubscribe', 'ListUnsubscribes', w.removeText.unsubscribed, (addresses) => ({
    SenderDomain: removing,
    Emails: [...addresses],
  }));
  const columns: Column<Row>[] = [
    {
      key: 'address',
      head: w.column.address,
      cell: (row) => (
        <Link
          to={`/blocks?list=unsubscribed&address=${encodeURIComponent(row.Email)}&domain=${encodeURIComponent(row.SenderDomain)}`}
          className="row-name"
        >
          {row.Email}
        </Link>
      ),
    },
    { key: 'domain', head: w.column.domain, wideOnly: true, cell: (row) => row.SenderDomain },
    { key: 'reason', head: w.column.reason, wideOnly: true, cell: (row) => w.reasons[row.Reason as keyof typeof w.reasons] ?? row.Reason },
    { key: 'since', head: w.column.since, cell: (row) => <Time at={fromBeijing(row.CreateTime)} /> },
    {
      key: 'act',
      head: w.column.act,
      number: true,
      cell: (row) => (
        <Button
          small
          needs="DeleteUnsubscribe"
          aria-label={w.removeOne(row.Email)}
          onClick={() => {
            setRemoving(row.SenderDomain);
            remove.ask([row.Email]);
          }}
        >
          {w.remove}
        </Button>
      ),
    },
  ];
  const add = (
    <Button icon={<Plus size={16} aria-hidden />} needs="CreateUnsubscribe" onClick={() => setAdding(true)}>
      {w.add}
    </Button>
  );
  return (
    <>
      <div className="toolbar">
        <SearchField label={w.search} value={find} maxLength={254} onChange={filter} />
        <span className="toolbar-end">{add}</span>
      </div>
      <Await of={list} title={w.tab.unsubscribed} rows={8}>
        {(data) => (
          <BlockTable
            list="unsubscribed"
            columns={columns}
            rows={data.Data}
            rowKey={(row) => `${row.SenderDomain} ${row.Email}`}
            paging={range.paging(Number(data.TotalCount), data.Data.length)}
            filteredBy={find}
            onClear={() => filter('')}
            call="CreateUnsubscribe"
            action={add}
          />
        )}
      </Await>
      {adding && <AddDialog list="unsubscribed" onClose={() => setAdding(false)} />}
      {remove.dialog}
    </>
  );
}
