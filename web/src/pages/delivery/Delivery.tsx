import { Link, useNavigate } from 'react-router-dom';

import { useCall } from '../../api/query';
import { fromBeijing } from '../../format/time';
import { DataTable, Empty, Note, Page, Section, Time, type Column } from '../../parts';
import { Await } from '../../parts/Await';
import { Count } from '../../parts/Count';
import { useConsole } from '../../shell/SessionContext';
import { useWords } from '../../words/words';
import { Health } from '../settings/Health';
import type { Task } from '../tasks/model';
import { useStories } from '../tasks/TaskList';
import { sumReasons, type WaitingSum } from './model';
import { words } from './words';
import { messagePath } from '../messages/path';

/** As many tasks as GetSendTask may be called in a second, for both states together. */
const kTasks = 10;
const kEveryMs = 5_000;
const kReturned = 20;
const kChecks: ReadonlySet<string> = new Set(['held', 'relay', 'backlog']);

interface Returned {
  readonly ReturnedMailId: number | bigint;
  readonly ReceivedTime: string;
  readonly MessageId: string;
  readonly ToEmailAddress: string;
  readonly Class: string;
  readonly Reason: string;
}

/** How mail leaves this server, and what holds it back. */
export default function Delivery() {
  const w = useWords(words);
  const navigate = useNavigate();
  const { session } = useConsole();
  const sending = useCall<{ Data: Task[] }>('ListSendTasks', { Offset: 0, Limit: kTasks, Status: 5 }, { every: kEveryMs });
  const paused = useCall<{ Data: Task[] }>('ListSendTasks', { Offset: 0, Limit: kTasks, Status: 6 }, { every: kEveryMs });
  const stories = useStories([...(sending.data?.Data ?? []), ...(paused.data?.Data ?? [])]);
  const sums = sumReasons([...stories.values()]);
  const returned = useCall<{ Data: Returned[] }>('ListReturnedMails', { Offset: 0, Limit: kReturned }, { every: 10_000 });
  const taskPath = (sum: WaitingSum) => `/tasks/${sum.tasks[0]}?show=${sum.reason === 'deferred' ? 'delayed' : 'left'}`;
  const columns: Column<WaitingSum>[] = [
    { key: 'reason', head: w.column.reason, cell: (sum) => <b>{w.reason[sum.reason as keyof typeof w.reason] ?? sum.reason}</b> },
    { key: 'since', head: w.column.since, wideOnly: true, cell: (sum) => <Time at={fromBeijing(sum.since)} /> },
    {
      key: 'tasks',
      head: w.column.tasks,
      cell: (sum) =>
        sum.tasks.map((id) => (
          <Link key={id} to={`/tasks/${id}`} className="task-link">
            {id}
          </Link>
        )),
    },
    { key: 'people', head: w.column.people, number: true, cell: (sum) => <Count n={sum.count} to={taskPath(sum)} label={w.column.people} /> },
  ];
  const returnedColumns: Column<Returned>[] = [
    { key: 'time', head: w.column.time, cell: (mail) => <Time at={fromBeijing(mail.ReceivedTime)} />, wideOnly: true },
    {
      key: 'address',
      head: w.column.address,
      cell: (mail) => (
        <Link
          to={messagePath(mail.MessageId, mail.ToEmailAddress)}
          className="row-name"
        >
          {mail.ToEmailAddress}
        </Link>
      ),
    },
    { key: 'class', head: w.column.class, cell: (mail) => <code>{mail.Class}</code> },
    { key: 'words', head: w.column.words, wideOnly: true, cell: (mail) => <code className="cell-text">{mail.Reason}</code> },
  ];
  return (
    <Page title={w.title}>
      <Note tone="info" title={w.mode[session.mode]} action={session.mode === 'sandbox' ? <Link to="/inbox">{w.toInbox}</Link> : undefined} />
      <Section title={w.state} beside={w.stateNote}>
        <Health only={kChecks} />
      </Section>
      <Section title={w.waiting} beside={w.waitingNote}>
        <Await of={sending} title={w.waiting} rows={2}>
          {() =>
            sums.length > 0 ? (
              <DataTable
                caption={w.waiting}
                columns={columns}
                rows={sums}
                rowKey={(sum) => sum.reason}
                onOpen={(sum) => navigate(taskPath(sum))}
              />
            ) : (
              <Empty title={w.nothing}>{w.nothingText}</Empty>
            )
          }
        </Await>
      </Section>
      <Section title={w.returned} beside={w.returnedNote}>
        <Await of={returned} title={w.returned} rows={4}>
          {(data) =>
            data.Data.length > 0 ? (
              <DataTable
                caption={w.returned}
                columns={returnedColumns}
                rows={data.Data}
                rowKey={(mail) => String(mail.ReturnedMailId)}
              />
            ) : (
              <Empty title={w.noReturned}>{w.noReturnedText}</Empty>
            )
          }
        </Await>
      </Section>
    </Page>
  );
}
