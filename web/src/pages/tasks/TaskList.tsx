import { useQueries } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useMemo } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router-dom';

import { call } from '../../api/call';
import { callKey, useCall } from '../../api/query';
import { useLiveOptions } from '../../live/useLive';
import { fromBeijing, zoneOffset } from '../../format/time';
import {
  ApiState, Button, DataTable, Empty, FilteredEmpty, LinkButton, OutcomeBar, OutcomeLegend, Page, Time, useStateText, type Column,
} from '../../parts';
import { Await } from '../../parts/Await';
import { Count } from '../../parts/Count';
import { Segments } from '../../parts/Segments';
import { usePageKeys } from '../../parts/pageKeys';
import { useRange } from '../useRange';
import { dataWords } from '../../words/data';
import { useWords } from '../../words/words';
import { isMoving, nextRuns, outcomeOf, type Task, type TaskStory } from './model';
import { words } from './words';
import { useMay } from '../../shell/SessionContext';

/** As many rows as calls of GetSendTask are allowed in a second: each row's numbers are a call. */
const kPage = 20;
const kEveryMs = 5_000;

const kStatuses = [5, 6, 1, 7, 10] as const;
const kKinds = ['now', 'timed', 'recurring'] as const;

/** The numbers of every task on the page; those that do not move are read again when they change. */
export function useStories(tasks: readonly Task[]): Map<string, TaskStory> {
  const live = useLiveOptions();
  const results = useQueries({
    queries: tasks.map((task) => {
      const params = { TaskId: task.TaskId };
      return {
        queryKey: callKey('GetSendTask', params),
        queryFn: ({ signal }: { signal: AbortSignal }) => call<TaskStory>('GetSendTask', params, { signal }),
        staleTime: kEveryMs,
        // Many rows change at once: each is read as seldom as without events.
        ...live<TaskStory>('GetSendTask', params, {
          every: (story) => story !== undefined && isMoving(story) && kEveryMs,
          pace: kEveryMs,
        }),
      };
    }),
  });
  return useMemo(() => {
    const stories = new Map<string, TaskStory>();
    results.forEach((result) => {
      const story = result.data as TaskStory | undefined;
      if (story) stories.set(String(story.Task.TaskId), story);
    });
    return stories;
  }, [results]);
}

export function TaskList() {
  const w = useWords(words);
  const stateText = useStateText();
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const status = search.get('status') ?? '';
  const kind = search.get('kind') ?? '';
  const group = search.get('group') ?? '';
  const range = useRange(kPage);
  const tasks = useCall<{ TotalCount: number; Data: Task[] }>(
    'ListSendTasks',
    {
      Offset: range.offset,
      Limit: kPage,
      Status: status ? Number(status) : undefined,
      TaskType: kind ? kKinds.indexOf(kind as (typeof kKinds)[number]) + 1 : undefined,
      ReceiverId: group ? BigInt(group) : undefined,
    },
    { every: kEveryMs },
  );
  const stories = useStories(tasks.data?.Data ?? []);
  const may = useMay();
  usePageKeys({ n: may('BatchSendEmail') ? () => navigate('/tasks/new') : undefined });

  const filter = (name: string, value: string) => {
    const next = new URLSearchParams(search);
    if (value) next.set(name, value);
    else next.delete(name);
    next.delete('from');
    setSearch(next);
  };
  const behind = (task: Task, part: string) => `/tasks/${task.TaskId}?show=${part}`;
  const finish = (task: Task) => {
    const story = stories.get(String(task.TaskId));
    const next = nextRuns(task, new Date(), 1)[0];
    if (next) {
      return (
        <>
          <span className="grey">{w.startsAt}</span> <Time at={next} />
        </>
      );
    }
    return <Time at={fromBeijing(story?.FinishTime)} />;
  };
  const columns: Column<Task>[] = [
    { key: 'id', head: w.column.id, cell: (task) => String(task.TaskId), wideOnly: true },
    { key: 'state', head: w.column.state, cell: (task) => <ApiState kind="task" status={task.TaskStatus} /> },
    {
      key: 'subject',
      head: w.column.subject,
      cell: (task) => (
        <Link to={`/tasks/${task.TaskId}`} className="row-name">
          {task.Subject}
        </Link>
      ),
    },
    {
      key: 'group',
      head: w.column.group,
      cell: (task) => <Link to={`/groups/${task.ReceiverId}`}>{task.ReceiversName || String(task.ReceiverId)}</Link>,
      wideOnly: true,
    },
    {
      key: 'people',
      head: w.column.people,
      number: true,
      wideOnly: true,
      cell: (task) => (
        <Count n={stories.get(String(task.TaskId))?.RecipientCount || task.RequestCount} to={`/tasks/${task.TaskId}`} />
      ),
    },
    {
      key: 'outcome',
      head: w.column.outcome,
      width: '140px',
      cell: (task) => {
        const story = stories.get(String(task.TaskId));
        return story ? (
          <OutcomeBar
            outcomes={
              story.RecipientCount > 0
                ? outcomeOf(story)
                : { delivered: 0, delayed: 0, refused: 0, unsent: 0, left: Math.max(1, task.RequestCount) }
            }
          />
        ) : null;
      },
    },
    {
      key: 'delivered',
      head: w.column.delivered,
      number: true,
      wideOnly: true,
      cell: (task) => <StoryCount story={stories.get(String(task.TaskId))} of="DeliveredCount" to={behind(task, 'delivered')} />,
    },
    {
      key: 'refused',
      head: w.column.refused,
      number: true,
      wideOnly: true,
      cell: (task) => <StoryCount story={stories.get(String(task.TaskId))} of="RefusedCount" to={behind(task, 'refused')} />,
    },
    { key: 'finish', head: w.column.finish, number: true, wideOnly: true, cell: finish },
  ];
  const filtered = status !== '' || kind !== '' || group !== '';
  return (
    <Page
      title={w.title}
      beside={<span className="grey small">{zoneOffset(new Date())}</span>}
      actions={
        <LinkButton to="/tasks/new" needs="BatchSendEmail" look="filled" icon={<Plus size={16} aria-hidden />} hint="n">
          {w.newTask}
        </LinkButton>
      }
    >
      <div className="toolbar">
        <Segments
          label={w.states}
          value={status}
          onChange={(value) => filter('status', value)}
          segments={[
            { value: '', label: w.allStates },
            ...kStatuses.map((value) => ({
              value: String(value),
              label: stateText('task', value),
            })),
          ]}
        />
        <select className="input" aria-label={w.kinds} value={kind} onChange={(event) => filter('kind', event.target.value)}>
          <option value="">{w.anyKind}</option>
          {kKinds.map((value) => (
            <option key={value} value={value}>
              {w.kind[value]}
            </option>
          ))}
        </select>
        <OutcomeLegend />
      </div>
      <Await of={tasks} title={w.title} rows={10}>
        {(data) =>
          data.Data.length > 0 ? (
            <DataTable
              caption={w.title}
              columns={columns}
              rows={data.Data}
              rowKey={(task) => String(task.TaskId)}
              onOpen={(task) => navigate(`/tasks/${task.TaskId}`)}
              tone={(task) => (task.ErrMsg !== '' && task.TaskStatus === 7 ? 'error' : undefined)}
              below={(task) => (task.ErrMsg !== '' ? <span className="small">{task.ErrMsg}</span> : undefined)}
              paging={range.paging(data.TotalCount, data.Data.length)}
            />
          ) : filtered || range.offset > 0 ? (
            <FilteredEmpty
              title={w.noMatch}
              clear={<Button onClick={() => setSearch({})}>{w.clearFilter}</Button>}
            >
              {w.noMatchText(
                [status && `Status=${status}`, kind && `TaskType=${w.kind[kind as (typeof kKinds)[number]]}`, group && `ReceiverId=${group}`]
                  .filter(Boolean)
                  .join(', '),
              )}
            </FilteredEmpty>
          ) : (
            <NoTask />
          )
        }
      </Await>
    </Page>
  );
}

function StoryCount(props: { story: TaskStory | undefined; of: 'DeliveredCount' | 'RefusedCount'; to: string }) {
  return props.story ? <Count n={props.story[props.of]} to={props.to} /> : <span className="grey">–</span>;
}

/** The empty list says what a first task still needs, each with the way to it. */
function NoTask() {
  const w = useWords(words);
  const d = useWords(dataWords);
  const domains = useCall<{ EmailIdentities: { SendingEnabled: boolean }[] }>('ListEmailIdentities');
  const senders = useCall<{ EmailSenders: unknown[] }>('ListEmailAddress');
  const templates = useCall<{ TemplatesMetadata: { TemplateStatus: number }[] }>('ListEmailTemplates', { Limit: 100, Offset: 0 });
  const groups = useCall<{ Data: { Count: number }[] }>('ListReceivers', { Limit: 100, Offset: 0 });
  const missing = [
    domains.data && !domains.data.EmailIdentities.some((domain) => domain.SendingEnabled) && ['/domains', w.need.domain],
    senders.data && senders.data.EmailSenders.length === 0 && ['/domains', w.need.sender],
    templates.data && !templates.data.TemplatesMetadata.some((row) => row.TemplateStatus === 0) && ['/templates', w.need.template],
    groups.data && !groups.data.Data.some((row) => row.Count > 0) && ['/groups', w.need.group],
  ].filter((row): row is [string, string] => Array.isArray(row));
  return (
    <Empty
      title={w.emptyTitle}
      action={
        missing.length === 0 ? (
          <LinkButton to="/tasks/new" needs="BatchSendEmail" icon={<Plus size={16} aria-hidden />}>
            {w.newTask}
          </LinkButton>
        ) : undefined
      }
      link={<Link to="/explorer/BatchSendEmail">{d.callInExplorer('BatchSendEmail')}</Link>}
    >
      {w.emptyText}
      {missing.length > 0 && (
        <>
          {' '}
          {w.emptyMissing}
          <span className="need-list">
            {missing.map(([to, text]) => (
              <Link key={text} to={to}>
                {text}
              </Link>
            ))}
          </span>
        </>
      )}
    </Empty>
  );
}

