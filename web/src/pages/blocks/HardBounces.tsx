import { useState } from 'react';
import { Link } from 'react-router-dom';

import { useCall } from '../../api/query';
import { fromBeijing } from '../../format/time';
import { Button, Time, type Column } from '../../parts';
import { Await } from '../../parts/Await';
import { SearchField } from '../../parts/SearchField';
import { useWords } from '../../words/words';
import { useRange } from '../useRange';
import { BlockTable } from './BlockTable';
import { useDays } from './useDays';
import { useFind } from './useFind';
import { useRemove } from './useRemove';
import { words } from './words';

interface Row {
  readonly BounceTime: string;
  readonly EmailAddress: string;
  readonly IspDesc: string;
}

const kPage = 50;
const kDays = 30;

/** The addresses of which a server said that they do not exist. */
export function HardBounces() {
  const w = useWords(words);
  const { find, filter } = useFind();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const days = useDays(kDays);
  const range = useRange(kPage);
  const list = useCall<{ BlackList: Row[]; TotalCount: number }>(
    'ListBlackEmailAddress',
    { StartDate: days.start, EndDate: days.end, Offset: range.offset, Limit: kPage, EmailAddress: find || undefined },
    { enabled: days.valid },
  );
  const remove = useRemove('DeleteBlackList', 'ListBlackEmailAddress', w.removeText.automatic, (addresses) => ({
    EmailAddressList: [...addresses],
  }));
  const columns: Column<Row>[] = [
    {
      key: 'address',
      head: w.column.address,
      cell: (row) => (
        <Link to={`/blocks?list=automatic&address=${encodeURIComponent(row.EmailAddress)}`} className="row-name">
          {row.EmailAddress}
        </Link>
      ),
    },
    {
      key: 'since',
      head: w.column.since,
      cell: (row) =>
        row.BounceTime === '' ? <span className="grey">{w.othersOnly}</span> : <Time at={fromBeijing(row.BounceTime)} />,
    },
    { key: 'reply', head: w.column.reply, wideOnly: true, cell: (row) => <code className="cell-text">{row.IspDesc}</code> },
    {
      key: 'act',
      head: w.column.act,
      number: true,
      cell: (row) => (
        <Button small needs="DeleteBlackList" aria-label={w.removeOne(row.EmailAddress)} onClick={() => remove.ask([row.EmailAddress])}>
          {w.remove}
        </Button>
      ),
    },
  ];
  return (
    <>
      <div className="toolbar toolbar-fields">
        <SearchField label={w.search} value={find} maxLength={254} onChange={filter} />
        {days.fields}
        {chosen.size > 0 && (
          <Button needs="DeleteBlackList" onClick={() => remove.ask([...chosen])}>{w.removeChosen(chosen.size)}</Button>
        )}
      </div>
      <Await of={list} title={w.tab.automatic} rows={8}>
        {(data) => (
          <BlockTable
            list="automatic"
            columns={columns}
            rows={data.BlackList}
            rowKey={(row) => row.EmailAddress}
            selection={{ chosen, onChange: setChosen, name: (row) => row.EmailAddress }}
            paging={range.paging(Number(data.TotalCount), data.BlackList.length)}
            filteredBy={find}
            onClear={() => filter('')}
            call="ListBlackEmailAddress"
          />
        )}
      </Await>
      {remove.dialog}
    </>
  );
}
