import { useCall } from '../../api/query';
import { showNumber } from '../../format/number';
import { DataTable, Section, type Column } from '../../parts';
import { Await } from '../../parts/Await';
import { Count } from '../../parts/Count';
import { useLanguage, useWords } from '../../words/words';
import { isMoving, kProviderRows, providersOf, type ProviderSum, type TaskRecipient, type TaskStory } from './model';
import { words } from './words';

const kEveryMs = 5_000;
const kShown = 8;

/**
 * Where the mails went that are not delivered: by the domain of the recipient, with the last reply. The API has no sums by
 * provider, so the newest hundred of them are taken together, and the head says so.
 */
export function Providers({ story }: { story: TaskStory }) {
  const w = useWords(words);
  const language = useLanguage();
  const trouble = story.DeferredCount + story.RefusedCount + story.DroppedCount;
  const list = useCall<{ TotalCount: number; Data: TaskRecipient[] }>(
    'ListSendTaskRecipients',
    { TaskId: story.Task.TaskId, Offset: 0, Limit: kProviderRows, States: ['deferred', 'refused', 'dropped'] },
    // The last outcomes come with the end of the task.
    { enabled: trouble > 0, every: (data) => (isMoving(story) || Number(data?.TotalCount) !== Number(trouble)) && kEveryMs },
  );
  if (trouble === 0) return null;
  const columns: Column<ProviderSum>[] = [
    { key: 'domain', head: w.column.domain, cell: (sum) => <b>{sum.domain}</b> },
    { key: 'delayed', head: w.legend.delayed, number: true, cell: (sum) => showNumber(sum.deferred, language) },
    { key: 'refused', head: w.legend.refused, number: true, cell: (sum) => <Count n={sum.refused} to={`/messages?task=${story.Task.TaskId}&domain=${encodeURIComponent(sum.domain)}&state=refused`} label={`${sum.domain}, ${w.legend.refused}`} /> },
    { key: 'dropped', head: w.recipientState.dropped, number: true, wideOnly: true, cell: (sum) => showNumber(sum.dropped, language) },
  ];
  return (
    <Await of={list} title={w.providers} rows={3}>
      {(data) => {
        const sums = providersOf(data.Data).slice(0, kShown);
        return (
          <Section
            title={w.providers}
            beside={data.TotalCount > data.Data.length ? w.providersPart(showNumber(data.Data.length, language), showNumber(data.TotalCount, language)) : w.providersAll}
          >
            <DataTable
              caption={w.providers}
              dense
              columns={columns}
              rows={sums}
              rowKey={(sum) => sum.domain}
              tone={(sum) => (sum.deferred > sum.refused ? 'warning' : undefined)}
              below={(sum) => (sum.reply === '' ? undefined : <code className="small reply-line">{sum.reply}</code>)}
            />
          </Section>
        );
      }}
    </Await>
  );
}
