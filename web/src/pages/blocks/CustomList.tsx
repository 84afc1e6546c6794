import { CircleCheck, Clock, Plus } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router-dom';

import { useAct, useCall } from '../../api/query';
import { fromBeijing } from '../../format/time';
import { Button, Dialog, ErrorPanel, StateMark, TextField, Time, useToast, type Column } from '../../parts';
import { Await } from '../../parts/Await';
import { SearchField } from '../../parts/SearchField';
import { Segments } from '../../parts/Segments';
import { useWords } from '../../words/words';
import { today } from '../messages/model';
import { useRange } from '../useRange';
import { AddDialog } from './AddDialog';
import { BlockTable } from './BlockTable';
import { useFind } from './useFind';
import { useRemove } from './useRemove';
import { words } from './words';

interface Row {
  readonly Id: number | bigint;
  readonly Email: string;
  readonly CreateTime: string;
  readonly ExpireDate: string;
  readonly Status: number;
}

const kPage = 50;

/** The addresses that the account does not want to mail. */
export function CustomList() {
  const w = useWords(words);
  const { find, search, filter, clear } = useFind();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [adding, setAdding] = useState(false);
  const [changing, setChanging] = useState<Row>();
  const status = search.get('status') ?? '2';
  const range = useRange(kPage);
  const list = useCall<{ Data: Row[]; TotalCount: number }>('ListCustomBlacklist', {
    Offset: range.offset,
    Limit: kPage,
    Status: Number(status),
    Email: find || undefined,
  });
  const remove = useRemove('DeleteCustomBlackList', 'ListCustomBlacklist', w.removeText.custom, (addresses) => ({
    Emails: [...addresses],
  }));
  const columns: Column<Row>[] = [
    {
      key: 'address',
      head: w.column.address,
      cell: (row) => (
        <Link to={`/blocks?list=custom&address=${encodeURIComponent(row.Email)}`} className="row-name">
          {row.Email}
        </Link>
      ),
    },
    {
      key: 'state',
      head: w.column.state,
      wideOnly: true,
      cell: (row) => (
        <StateMark icon={row.Status === 1 ? CircleCheck : Clock} tone={row.Status === 1 ? 'warning' : 'neutral'} title={`Status ${row.Status}`}>
          {row.Status === 1 ? w.active : w.expired}
        </StateMark>
      ),
    },
    { key: 'since', head: w.column.since, wideOnly: true, cell: (row) => <Time at={fromBeijing(row.CreateTime)} /> },
    { key: 'until', head: w.column.until, wideOnly: true, cell: (row) => row.ExpireDate || <span className="grey">{w.forEver}</span> },
    {
      key: 'act',
      head: w.column.act,
      number: true,
      cell: (row) => (
        <span className="row-acts">
          <Button small needs="UpdateCustomBlackList" aria-label={w.changeOne(row.Email)} onClick={() => setChanging(row)}>
            {w.change}
          </Button>
          <Button small needs="DeleteCustomBlackList" aria-label={w.removeOne(row.Email)} onClick={() => remove.ask([row.Email])}>
            {w.remove}
          </Button>
        </span>
      ),
    },
  ];
  const add = (
    <Button icon={<Plus size={16} aria-hidden />} needs="CreateCustomBlacklist" onClick={() => setAdding(true)}>
      {w.add}
    </Button>
  );
  return (
    <>
      <div className="toolbar">
        <SearchField label={w.search} value={find} maxLength={254} onChange={filter} />
        <Segments
          label={w.column.state}
          value={status}
          onChange={(value) => filter(value, 'status')}
          segments={[
            { value: '2', label: w.all },
            { value: '1', label: w.active },
            { value: '0', label: w.expired },
          ]}
        />
        {chosen.size > 0 && <Button needs="DeleteCustomBlackList" onClick={() => remove.ask([...chosen])}>{w.removeChosen(chosen.size)}</Button>}
        <span className="toolbar-end">{add}</span>
      </div>
      <Await of={list} title={w.tab.custom} rows={8}>
        {(data) => (
          <BlockTable
            list="custom"
            columns={columns}
            rows={data.Data}
            rowKey={(row) => row.Email}
            selection={{ chosen, onChange: setChosen, name: (row) => row.Email }}
            paging={range.paging(Number(data.TotalCount), data.Data.length)}
            filteredBy={[find, status !== '2' && `Status=${status}`].filter(Boolean).join(', ')}
            onClear={() => clear('custom')}
            call="CreateCustomBlacklist"
            action={add}
          />
        )}
      </Await>
      {adding && <AddDialog list="custom" onClose={() => setAdding(false)} />}
      {changing && <ChangeDialog row={changing} onClose={() => setChanging(undefined)} />}
      {remove.dialog}
    </>
  );
}

function ChangeDialog({ row, onClose }: { row: Row; onClose: () => void }) {
  const w = useWords(words);
  const toast = useToast();
  const [address, setAddress] = useState(row.Email);
  const [day, setDay] = useState(row.ExpireDate);
  const update = useAct('UpdateCustomBlackList', { changes: ['ListCustomBlacklist', 'CheckRecipient'] });
  const past = day !== '' && day < today();
  const params = { Id: row.Id, Email: address.trim(), ExpireDate: day };
  return (
    <Dialog
      title={w.changeTitle}
      onClose={onClose}
      actions={
        <Button
          look="filled"
          disabled={update.isPending || address.trim() === '' || past}
          call={{ action: 'UpdateCustomBlackList', params }}
          onClick={() =>
            update.mutate(params, {
              onSuccess: () => {
                toast(w.saved);
                onClose();
              },
            })
          }
        >
          {w.save}
        </Button>
      }
    >
      <TextField label={w.address} type="email" value={address} onChange={setAddress} />
      <TextField
        label={w.lastDay}
        type="date"
        value={day}
        onChange={setDay}
        hint={w.lastDayHint}
        error={past ? w.lastDayPast : undefined}
      />
      {update.error && <ErrorPanel title={w.changeTitle} error={update.error} />}
    </Dialog>
  );
}
