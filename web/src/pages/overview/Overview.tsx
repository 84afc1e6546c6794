import { useQueries } from '@tanstack/react-query';
import { FileText, Globe, HeartPulse, Link2, Mail, Pause, Plus, SquareX, type LucideIcon } from 'lucide-react';
import { Link, useNavigate } from 'react-router-dom';

import { call } from '../../api/call';
import { callKey, useCall } from '../../api/query';
import { useLiveOptions } from '../../live/useLive';
import { showNumber, showShare } from '../../format/number';
import { fromBeijing, showShortTime, showTime, zoneOffset } from '../../format/time';
import { ApiState, DataTable, Empty, ErrorPanel, LinkButton, OutcomeBar, OutcomeLegend, Page, Progress, Section, type Column } from '../../parts';
import { Await, Forbidden, isForbidden } from '../../parts/Await';
import { Count } from '../../parts/Count';
import { usePageKeys } from '../../parts/pageKeys';
import { useLanguage, useWords } from '../../words/words';
import type { DomainRow } from '../domains/model';
import { addDays, today } from '../messages/model';
import type { Volume } from '../statistics/model';
import { outcomeOf, type Task } from '../tasks/model';
import { useStories } from '../tasks/TaskList';
import type { TemplateRow } from '../templates/TemplateList';
import { words } from './words';
import { useMay } from '../../shell/SessionContext';

const kEveryMs = 10_000;
const kTasks = 5;
/** As many domains as an account has in most settings; each is one call. */
const kDomainsMax = 10;

interface Item {
  readonly key: string;
  readonly icon: LucideIcon;
  readonly tone: 'warning' | 'error';
  readonly title: string;
  readonly text: string;
  readonly since: Date | undefined;
  readonly to: string;
  readonly action: string;
}

interface Health {
  readonly Checks: readonly {
    readonly Name: string;
    readonly State: 'ok' | 'warning' | 'error';
    readonly Text: string;
    readonly Detail: string;
    readonly Since: string;
  }[];
}

export default function Overview() {
  const w = useWords(words);
  const language = useLanguage();
  const navigate = useNavigate();
  const domains = useCall<{ EmailIdentities: DomainRow[] }>('ListEmailIdentities', { Offset: 0, Limit: 100 }, { every: 60_000 });
  const day = today();
  const volumes = useCall<{ DailyVolumes: Volume[] }>(
    'GetStatisticsReport',
    { StartDate: addDays(day, -7), EndDate: day },
    { every: kEveryMs },
  );
  const tasks = useCall<{ TotalCount: number; Data: Task[] }>('ListSendTasks', { Offset: 0, Limit: kTasks }, { every: kEveryMs });
  const may = useMay();
  usePageKeys({ n: may('BatchSendEmail') ? () => navigate('/tasks/new') : undefined });
  const begun = (volumes.data?.DailyVolumes.length ?? 0) > 0 || (tasks.data?.TotalCount ?? 0) > 0;
  const known = volumes.data !== undefined && tasks.data !== undefined;
  return (
    <Page
      title={w.title}
      beside={<span>{`${showTime(new Date(), language, false)} (${zoneOffset(new Date())})`}</span>}
      actions={
        <>
          <LinkButton to="/messages?send=1" needs="SendEmail" icon={<Mail size={16} aria-hidden />}>
            {w.test}
          </LinkButton>
          <LinkButton to="/tasks/new" needs="BatchSendEmail" look="filled" icon={<Plus size={16} aria-hidden />} hint="n">
            {w.newTask}
          </LinkButton>
        </>
      }
    >
      {known && !begun && (
        <Empty
          title={w.beginTitle}
          action={
            <LinkButton to="/start" needs="CreateEmailIdentity" look="filled">
              {w.begin}
            </LinkButton>
          }
        >
          {w.beginText}
        </Empty>
      )}
      <Attention domains={domains.data?.EmailIdentities ?? []} />
      <Section title={w.today} beside={w.todayNote(day)}>
        <Await of={volumes} title={w.today} rows={2}>
          {(data) => <Today volumes={data.DailyVolumes} day={day} />}
        </Await>
      </Section>
      <Section
        title={w.tasks}
        beside={<OutcomeLegend />}
        actions={<Link to="/tasks">{w.allTasks}</Link>}
      >
        <Await of={tasks} title={w.tasks} rows={kTasks}>
          {(data) => (data.Data.length > 0 ? <Tasks tasks={data.Data} /> : <p className="grey">{w.noTasks}</p>)}
        </Await>
      </Section>
      {(domains.data?.EmailIdentities.length ?? 0) > 0 && (
        <Section title={w.quota} beside={w.quotaNote}>
          <Quotas domains={domains.data?.EmailIdentities.slice(0, kDomainsMax) ?? []} day={day} />
        </Section>
      )}
    </Page>
  );
}

/** What needs a person, the most serious first, each with the way to it. */
function Attention({ domains }: { domains: readonly DomainRow[] }) {
  const w = useWords(words);
  const language = useLanguage();
  const every = { every: 30_000 };
  const health = useCall<Health>('GetHealth', {}, every);
  const failed = useCall<{ Data: Task[] }>('ListSendTasks', { Offset: 0, Limit: 5, Status: 7 }, every);
  const paused = useCall<{ Data: Task[] }>('ListSendTasks', { Offset: 0, Limit: 5, Status: 6 }, every);
  const webhooks = useCall<{ Data: { WebhookId: number; Url: string; Enabled: boolean; WaitingCount: number }[] }>(
    'ListWebhooks',
    { Offset: 0, Limit: 100 },
    every,
  );
  const templates = useCall<{ TemplatesMetadata: TemplateRow[] }>('ListEmailTemplates', { Offset: 0, Limit: 100 }, every);
  const recent = new Date(Date.now() - 7 * 86_400_000);
  const items: Item[] = [
    ...(health.data?.Checks ?? [])
      .filter((check) => check.State !== 'ok')
      .map((check): Item => ({
        key: `health ${check.Name}`, icon: HeartPulse, tone: check.State === 'error' ? 'error' : 'warning',
        title: w.health[check.Name as keyof typeof w.health] ?? check.Name,
        text: [check.Text, check.Detail].filter(Boolean).join(' '), since: fromBeijing(check.Since), to: '/settings?tab=health',
        action: w.showHealth,
      })),
    ...domains
      .filter((domain) => !domain.SendingEnabled)
      .map((domain): Item => ({
        key: `domain ${domain.IdentityName}`, icon: Globe, tone: 'error', title: w.domainBad(domain.IdentityName),
        text: w.domainBadText, since: undefined, to: `/domains/${domain.IdentityName}`, action: w.showRecords,
      })),
    ...(failed.data?.Data ?? [])
      .filter((task) => (fromBeijing(task.UpdateTime) ?? recent) > recent)
      .map((task): Item => ({
        key: `task ${task.TaskId}`, icon: SquareX, tone: 'error', title: w.taskFailed(task.Subject), text: task.ErrMsg,
        since: fromBeijing(task.UpdateTime), to: `/tasks/${task.TaskId}`, action: w.showTask,
      })),
    ...(paused.data?.Data ?? []).map((task): Item => ({
      key: `task ${task.TaskId}`, icon: Pause, tone: 'warning', title: w.taskPaused(task.Subject), text: task.ReceiversName,
      since: fromBeijing(task.UpdateTime), to: `/tasks/${task.TaskId}`, action: w.showTask,
    })),
    ...(webhooks.data?.Data ?? [])
      .filter((webhook) => webhook.Enabled && Number(webhook.WaitingCount) > 0)
      .map((webhook): Item => ({
        key: `webhook ${webhook.WebhookId}`, icon: Link2, tone: 'warning', title: w.webhookWaits(webhook.Url),
        text: w.webhookWaitsText(Number(webhook.WaitingCount)), since: undefined,
        to: `/settings?tab=webhooks&webhook=${webhook.WebhookId}`, action: w.showWebhook,
      })),
    ...(templates.data?.TemplatesMetadata ?? [])
      .filter((template) => template.TemplateStatus !== 0)
      .map((template): Item => ({
        key: `template ${template.TemplateID}`, icon: FileText, tone: 'warning',
        title: template.TemplateStatus === 2 ? w.templateRefused(template.TemplateName) : w.templateReview(template.TemplateName),
        text: template.ReviewReason, since: undefined, to: `/templates/${template.TemplateID}`, action: w.showTemplate,
      })),
  ];
  items.sort((a, b) => Number(b.tone === 'error') - Number(a.tone === 'error'));
  const loading = health.isPending || failed.isPending || paused.isPending || webhooks.isPending || templates.isPending;
  return (
    <Section title={w.attention} beside={items.length > 0 ? w.open(items.length) : undefined}>
      {/* A source that cannot be read is shown in its place; the others stay. */}
      {[health, failed, paused, webhooks, templates].map((source, index) =>
        source.error && source.data === undefined ? (
          isForbidden(source.error) ? (
            <Forbidden key={index} action={source.error.action} />
          ) : (
            <ErrorPanel key={index} title={source.error.action} error={source.error} onRetry={() => void source.refetch()} />
          )
        ) : null,
      )}
      {items.length === 0 ? (
        !loading && <p className="grey">{w.nothing}</p>
      ) : (
        <ul className="attention">
          {items.map((item) => (
            <li key={item.key}>
              <span className={`state-${item.tone}`}>
                <item.icon size={20} aria-hidden />
              </span>
              <div>
                <p className="row-name">{item.title}</p>
                {item.text !== '' && <p className="grey small cell-text">{item.text}</p>}
              </div>
              <span className="grey small wide-only">{item.since && w.since(showShortTime(item.since, language))}</span>
              <LinkButton small to={item.to}>
                {item.action}
              </LinkButton>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

const kFigures = ['RequestCount', 'AcceptedCount', 'DeliveredCount', 'BounceCount', 'OpenedCount', 'ClickedCount'] as const;

function Today({ volumes, day }: { volumes: readonly Volume[]; day: string }) {
  const w = useWords(words);
  const language = useLanguage();
  const of = (date: string) => volumes.find((volume) => volume.SendDate === date);
  const now = of(day);
  const before = of(addDays(day, -7));
  const accepted = Number(now?.AcceptedCount ?? 0);
  return (
    <dl className="figures figures-grid">
      {kFigures.map((field) => {
        const count = Number(now?.[field] ?? 0);
        const share = field === 'DeliveredCount' || field === 'BounceCount' ? showShare(count, accepted) : undefined;
        return (
          <div key={field}>
            <dt>{w.figure[field]}</dt>
            <dd>
              <Count n={count} to={`/messages?day=${day}`} label={w.figure[field]} />
            </dd>
            <dd className="figure-note grey">
              {share ? w.ofAccepted(share) : w.before(showNumber(Number(before?.[field] ?? 0), language))}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function Tasks({ tasks }: { tasks: readonly Task[] }) {
  const w = useWords(words);
  const navigate = useNavigate();
  const stories = useStories(tasks);
  const storyOf = (task: Task) => stories.get(String(task.TaskId));
  const columns: Column<Task>[] = [
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
      key: 'people',
      head: w.column.people,
      number: true,
      wideOnly: true,
      cell: (task) => <Count n={storyOf(task)?.RecipientCount || Number(task.RequestCount)} to={`/tasks/${task.TaskId}`} label={w.column.people} />,
    },
    {
      key: 'outcome',
      head: w.column.outcome,
      width: '140px',
      cell: (task) => {
        const story = storyOf(task);
        return story ? <OutcomeBar outcomes={outcomeOf(story)} /> : null;
      },
    },
    {
      key: 'delivered',
      head: w.column.delivered,
      number: true,
      wideOnly: true,
      cell: (task) => <Count n={storyOf(task)?.DeliveredCount ?? 0} to={`/tasks/${task.TaskId}?show=delivered`} label={w.column.delivered} />,
    },
    {
      key: 'refused',
      head: w.column.refused,
      number: true,
      wideOnly: true,
      cell: (task) => <Count n={storyOf(task)?.RefusedCount ?? 0} to={`/tasks/${task.TaskId}?show=refused`} label={w.column.refused} />,
    },
  ];
  return (
    <DataTable
      caption={w.tasks}
      columns={columns}
      rows={[...tasks]}
      rowKey={(task) => String(task.TaskId)}
      onOpen={(task) => navigate(`/tasks/${task.TaskId}`)}
    />
  );
}

function Quotas({ domains, day }: { domains: readonly DomainRow[]; day: string }) {
  const w = useWords(words);
  const language = useLanguage();
  const live = useLiveOptions();
  const results = useQueries({
    queries: domains.map((domain) => {
      const params = { StartDate: day, EndDate: day, Domain: domain.IdentityName };
      return {
        queryKey: callKey('GetStatisticsReport', params),
        queryFn: ({ signal }: { signal: AbortSignal }) =>
          call<{ OverallVolume: Volume }>('GetStatisticsReport', params, { signal }),
        ...live<{ OverallVolume: Volume }>('GetStatisticsReport', params, { every: 30_000, pace: 5_000 }),
      };
    }),
  });
  return (
    <ul className="quotas">
      {domains.map((domain, index) => {
        const sent = Number(results[index]?.data?.OverallVolume?.AcceptedCount ?? 0);
        return (
          <li key={domain.IdentityName}>
            <p>
              <Link to={`/domains/${domain.IdentityName}`}>{domain.IdentityName}</Link>{' '}
              <span className="grey small">{w.level(String(domain.CurrentReputationLevel))}</span>
            </p>
            <Progress
              label={domain.IdentityName}
              value={Math.min(sent, Number(domain.DailyQuota))}
              max={Number(domain.DailyQuota)}
              text={w.quotaOf(showNumber(sent, language), showNumber(Number(domain.DailyQuota), language))}
            />
          </li>
        );
      })}
    </ul>
  );
}
