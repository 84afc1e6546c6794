import { Pause as PauseIcon, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router-dom';

import { useCall } from '../../api/query';
import { showNumber } from '../../format/number';
import { fromBeijing } from '../../format/time';
import { Button, DataTable, Empty, FilteredEmpty, Section, type Column } from '../../parts';
import { Await } from '../../parts/Await';
import { usePageKeys } from '../../parts/pageKeys';
import { SearchField } from '../../parts/SearchField';
import { Segments } from '../../parts/Segments';
import { dataWords } from '../../words/data';
import { useMay } from '../../shell/SessionContext';
import { useLanguage, useWords } from '../../words/words';
import { useRange } from '../useRange';
import { PauseDialog } from './PauseDialog';
import { Pauses } from './Pauses';
import { kAges, paramsOf, queuePath, type Queue, type QueuePage, type Scope } from './queueModel';
import { DueTime, PausedMark } from './QueueMarks';
import { queueWords } from './queueWords';
import { RetryDialog } from './sweeps';
import { useAccounts, useScopeText } from './useAccounts';

const kPage = 50;
const kEveryMs = 3_000;
const kOrders = ['waiting', 'age', 'next'] as const;

/** The mail that waits, by domain, account and age; and what holds it by a person's will. */
export function Queues() {
  const w = useWords(queueWords);
  const d = useWords(dataWords);
  const language = useLanguage();
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const [dialog, setDialog] = useState<'' | 'pause' | 'retry'>('');
  const { manages, accounts, nameOf } = useAccounts();
  const scopeText = useScopeText();
  const range = useRange(kPage);
  const scope: Scope = { domain: search.get('domain') ?? '', account: manages ? readAccount(search.get('account')) : '' };
  const order = kOrders.find((one) => one === search.get('order')) ?? 'waiting';
  const queues = useCall<QueuePage>(
    'ListDeliveryQueues',
    { ...paramsOf(scope), Order: order, Offset: range.offset, Limit: kPage },
    { every: kEveryMs },
  );
  const may = useMay();
  usePageKeys({ p: may('PauseDelivery') ? () => setDialog('pause') : undefined });
  const filter = (changes: Readonly<Record<string, string>>) => {
    const next = new URLSearchParams(search);
    for (const [key, value] of Object.entries(changes)) {
      if (value) next.set(key, value);
      else next.delete(key);
    }
    next.delete('from');
    setSearch(next, { replace: true });
  };
  const scopeOf = (queue: Queue): Scope => ({ domain: queue.Domain, account: String(queue.AppId) });
  const columns: Column<Queue>[] = [
    {
      key: 'domain',
      head: w.column.domain,
      cell: (queue) => (
        <Link to={queuePath(scopeOf(queue))} className="row-name">
          {queue.Domain}
        </Link>
      ),
    },
    ...(manages ? [{ key: 'account', head: w.column.account, wideOnly: true, cell: (queue: Queue) => nameOf(String(queue.AppId)) }] : []),
    { key: 'kind', head: w.column.kind, wideOnly: true, cell: (queue) => <span className="grey">{queue.Urgent ? w.single : w.tasks}</span> },
    { key: 'waiting', head: w.column.waiting, number: true, cell: (queue) => <b>{showNumber(queue.WaitingCount, language)}</b> },
    ...kAges.map((age, i) => ({
      key: age,
      head: w.ages[age],
      number: true,
      wideOnly: true,
      cell: (queue: Queue) => <Quiet n={Number(queue.Ages[i] ?? 0)} />,
    })),
    { key: 'next', head: w.column.next, number: true, wideOnly: true, cell: (queue) => <DueTime at={fromBeijing(queue.NextAttemptTime)} /> },
  ];
  return (
    <>
      <Section
        title={w.queues}
        beside={queues.data && w.sum(Number(queues.data.WaitingCount), Number(queues.data.TotalCount))}
        actions={
          <>
            <Button icon={<PauseIcon size={16} aria-hidden />} hint="p" needs="PauseDelivery" onClick={() => setDialog('pause')}>
              {w.pause}
            </Button>
            <Button
              icon={<RotateCcw size={16} aria-hidden />}
              needs="RetryWaitingMail"
              disabled={!queues.data || Number(queues.data.WaitingCount) === 0}
              onClick={() => setDialog('retry')}
            >
              {w.retryAll}
            </Button>
          </>
        }
      >
        <div className="toolbar">
          <SearchField label={w.search} value={scope.domain} maxLength={255} onChange={(domain) => filter({ domain })} />
          {manages && accounts.length > 1 && (
            <select className="input" aria-label={w.account} value={scope.account} onChange={(event) => filter({ account: event.target.value })}>
              <option value="">{w.everyAccount}</option>
              {accounts.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          )}
          <Segments
            label={w.order}
            value={order}
            onChange={(value) => filter({ order: value === 'waiting' ? '' : value })}
            segments={kOrders.map((value) => ({ value, label: w.orders[value] }))}
          />
        </div>
        <Await of={queues} title={w.queues} rows={6}>
          {(data) =>
            data.Data.length > 0 ? (
              <DataTable
                dense
                caption={w.queues}
                columns={columns}
                rows={[...data.Data]}
                rowKey={(queue) => `${queue.Domain} ${queue.AppId} ${queue.Urgent}`}
                onOpen={(queue) => navigate(queuePath(scopeOf(queue)))}
                tone={(queue) => (queue.PausedSince !== '' ? 'warning' : undefined)}
                below={(queue) => (queue.PausedSince === '' && queue.Reply === '' ? undefined : <Below queue={queue} />)}
                paging={range.paging(Number(data.TotalCount), data.Data.length)}
              />
            ) : scope.domain !== '' || scope.account !== '' ? (
              <FilteredEmpty
                title={w.noneFor(scopeText(scope))}
                clear={<Button onClick={() => filter({ domain: '', account: '' })}>{d.clearFilter}</Button>}
              >
                {w.noneForText}
              </FilteredEmpty>
            ) : (
              <Empty title={w.none} link={<Link to="/explorer/ListDeliveryQueues">{d.callInExplorer('ListDeliveryQueues')}</Link>}>
                {w.noneText}
              </Empty>
            )
          }
        </Await>
      </Section>
      <Pauses />
      {dialog === 'pause' && <PauseDialog scope={scope} onClose={() => setDialog('')} />}
      {dialog === 'retry' && <RetryDialog scope={scope} onClose={() => setDialog('')} />}
    </>
  );
}

/** The number of an account in an address; anything else names none. */
export function readAccount(text: string | null): string {
  return /^\d{1,19}$/.test(text ?? '') ? (text ?? '') : '';
}

/** A zero among ages is nothing to look at. */
function Quiet({ n }: { n: number }) {
  const language = useLanguage();
  return n === 0 ? <span className="grey">0</span> : <>{showNumber(n, language)}</>;
}

function Below({ queue }: { queue: Queue }) {
  return (
    <span className="small queue-below">
      <PausedMark until={queue.PausedUntil} since={queue.PausedSince} reason={queue.PauseReason} />
      {queue.Reply !== '' && <code>{queue.Reply}</code>}
    </span>
  );
}
