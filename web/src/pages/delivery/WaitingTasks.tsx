import { Link, useNavigate } from 'react-router-dom';

import { useCall } from '../../api/query';
import { fromBeijing } from '../../format/time';
import { DataTable, Empty, Section, Time, type Column } from '../../parts';
import { Await } from '../../parts/Await';
import { Count } from '../../parts/Count';
import { useWords } from '../../words/words';
import type { Task } from '../tasks/model';
import { useStories } from '../tasks/TaskList';
import { sumReasons, type WaitingSum } from './model';
import { words } from './words';

/** As many tasks as GetSendTask may be called in a second, for both states together. */
const kTasks = 10;
const kEveryMs = 5_000;

/** Why the recipients of running and paused tasks wait. */
export function WaitingTasks() {
  const w = useWords(words);
  const navigate = useNavigate();
  const sending = useCall<{ Data: Task[] }>('ListSendTasks', { Offset: 0, Limit: kTasks, Status: 5 }, { every: kEveryMs });
  const paused = useCall<{ Data: Task[] }>('ListSendTasks', { Offset: 0, Limit: kTasks, Status: 6 }, { every: kEveryMs });
  const stories = useStories([...(sending.data?.Data ?? []), ...(paused.data?.Data ?? [])]);
  const sums = sumReasons([...stories.values()]);
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
  return (
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
  );
}
