import { Link } from 'react-router-dom';

import { useCall } from '../../api/query';
import { fromBeijing } from '../../format/time';
import { Time, type Column } from '../../parts';
import { Await } from '../../parts/Await';
import { SearchField } from '../../parts/SearchField';
import { useWords } from '../../words/words';
import { useRange } from '../useRange';
import { BlockTable } from './BlockTable';
import { useDays } from './useDays';
import { useFind } from './useFind';
import { words } from './words';
import { messagePath } from '../messages/path';

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
  const { find, filter } = useFind();
  const days = useDays(kDays);
  const range = useRange(kPage);
  const list = useCall<{ Data: Row[]; TotalCount: number }>(
    'GetAbuseReport',
    { StartTime: days.start, EndTime: days.end, Offset: range.offset, Limit: kPage, ToAddress: find || undefined },
    { enabled: days.valid },
  );
  const columns: Column<Row>[] = [
    { key: 'time', head: w.column.time, cell: (row) => <Time at={fromBeijing(row.ComplainTime)} /> },
    {
      key: 'address',
      head: w.column.address,
      cell: (row) => (
        <Link to={messagePath(row.BulkId, row.OriginalRcptTo)} className="row-name">
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
        {(data) => (
          <BlockTable
            list="complaints"
            columns={columns}
            rows={data.Data}
            rowKey={(row) => `${row.ComplainTime} ${row.MessageId} ${row.OriginalRcptTo}`}
            paging={range.paging(Number(data.TotalCount), data.Data.length)}
            filteredBy={find}
            onClear={() => filter('')}
            call="GetAbuseReport"
          />
        )}
      </Await>
    </>
  );
}
