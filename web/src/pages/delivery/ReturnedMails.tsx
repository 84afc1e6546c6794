import { Link } from 'react-router-dom';

import { useCall } from '../../api/query';
import { fromBeijing } from '../../format/time';
import { DataTable, Empty, Section, Time, type Column } from '../../parts';
import { Await } from '../../parts/Await';
import { useWords } from '../../words/words';
import { messagePath } from '../messages/path';
import { words } from './words';

const kReturned = 20;
const kEveryMs = 10_000;

interface Returned {
  readonly ReturnedMailId: number | bigint;
  readonly ReceivedTime: string;
  readonly MessageId: string;
  readonly ToEmailAddress: string;
  readonly Class: string;
  readonly Reason: string;
}

/** The newest mails that came back. */
export function ReturnedMails() {
  const w = useWords(words);
  const returned = useCall<{ Data: Returned[] }>('ListReturnedMails', { Offset: 0, Limit: kReturned }, { every: kEveryMs });
  const columns: Column<Returned>[] = [
    { key: 'time', head: w.column.time, cell: (mail) => <Time at={fromBeijing(mail.ReceivedTime)} />, wideOnly: true },
    {
      key: 'address',
      head: w.column.address,
      cell: (mail) => (
        <Link to={messagePath(mail.MessageId, mail.ToEmailAddress)} className="row-name">
          {mail.ToEmailAddress}
        </Link>
      ),
    },
    { key: 'class', head: w.column.class, cell: (mail) => <code>{mail.Class}</code> },
    { key: 'words', head: w.column.words, wideOnly: true, cell: (mail) => <code className="cell-text">{mail.Reason}</code> },
  ];
  return (
    <Section title={w.returned} beside={w.returnedNote}>
      <Await of={returned} title={w.returned} rows={4}>
        {(data) =>
          data.Data.length > 0 ? (
            <DataTable caption={w.returned} columns={columns} rows={data.Data} rowKey={(mail) => String(mail.ReturnedMailId)} />
          ) : (
            <Empty title={w.noReturned}>{w.noReturnedText}</Empty>
          )
        }
      </Await>
    </Section>
  );
}
