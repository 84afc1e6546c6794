import { Link, useSearchParams } from 'react-router-dom';

import { useCall } from '../../api/query';
import { fromBeijing } from '../../format/time';
import { Button, DataTable, Empty, FilteredEmpty, Time, type Column } from '../../parts';
import { Await } from '../../parts/Await';
import { SearchField } from '../../parts/SearchField';
import { dataWords } from '../../words/data';
import { useWords } from '../../words/words';
import { useRange } from '../useRange';
import { useDays } from './useDays';
import { words } from './words';

interface Row {
  readonly OriginalMailFrom: string;
  readonly OriginalRcptTo: string;
  readonly ComplainTime: string;
  readonly TemplateId: string;
  readonly BulkId: string;
  readonly MessageId: string;
  readonly Subject: string;
}

const kPage = 50;
const kDays = 30;

/** Whoever reported a mail as unwanted, with the mail. */
export function Complaints() {
  const w = useWords(words);
  const d = useWords(dataWords);
  const [search, setSearch] = useSearchParams();
  const find = search.get('find') ?? '';
  const days = useDays(kDays);
  const range = useRange(kPage);
  const list = useCall<{ Data: Row[]; TotalCount: number }>(
    'GetAbuseReport',
    { StartTime: days.start, EndTime: days.end, Offset: range.offset, Limit: kPage, ToAddress: find || undefined },
    { enabled: days.valid },
  );
  const filter = (value: string) => {
    const next = new URLSearchParams(search);
    if (value) next.set('find', value);
    else next.delete('find');
    next.delete('from');
    setSearch(next, { replace: true });
  };
  const columns: Column<Row>[] = [
    { key: 'time', head: w.column.time, cell: (row) => <Time at={fromBeijing(row.ComplainTime)} /> },
    {
      key: 'address',
      head: w.column.address,
      cell: (row) => (
        <Link to={`/messages/${encodeURIComponent(row.BulkId)}?to=${encodeURIComponent(row.OriginalRcptTo)}`} className="row-name">
          {row.OriginalRcptTo}
        </Link>
      ),
    },
    { key: 'sender', head: w.column.sender, wideOnly: true, cell: (row) => row.OriginalMailFrom },
    {
      key: 'subject',
      head: w.column.subject,
      wideOnly: true,
      cell: (row) => (row.TemplateId ? <Link to={`/templates/${row.TemplateId}`}>{row.Subject}</Link> : row.Subject),
    },
  ];
  return (
    <>
      <div className="toolbar toolbar-fields">
        <SearchField label={w.search} value={find} maxLength={254} onChange={filter} />
        {days.fields}
      </div>
      <Await of={list} title={w.tab.complaints} rows={8}>
        {(data) =>
          data.Data.length > 0 ? (
            <DataTable
              caption={w.tab.complaints}
              columns={columns}
              rows={data.Data}
              rowKey={(row) => `${row.ComplainTime} ${row.MessageId} ${row.OriginalRcptTo}`}
              paging={range.paging(Number(data.TotalCount), data.Data.length)}
            />
          ) : find !== '' ? (
            <FilteredEmpty title={w.noMatch} clear={<Button onClick={() => filter('')}>{w.clearFilter}</Button>}>
              {w.noMatchText(find)}
            </FilteredEmpty>
          ) : (
            <Empty
              title={w.empty.complaints}
              link={<Link to="/explorer/GetAbuseReport">{d.callInExplorer('GetAbuseReport')}</Link>}
            >
              {w.emptyText.complaints}
            </Empty>
          )
        }
      </Await>
    </>
  );
}
