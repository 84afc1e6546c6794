import { OctagonMinus, Pause as PauseIcon, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router-dom';

import { useAct, useCall } from '../../api/query';
import { showNumber } from '../../format/number';
import { fromBeijing, showShortTime } from '../../format/time';
import { Button, DataTable, Empty, Note, Page, Section, Time, useToast, type Column } from '../../parts';
import { Await } from '../../parts/Await';
import { FactLine } from '../../parts/Facts';
import { usePageKeys } from '../../parts/pageKeys';
import { useConsole, useMay } from '../../shell/SessionContext';
import { useLanguage, useWords } from '../../words/words';
import { messagePath } from '../messages/path';
import { useRange } from '../useRange';
import { DomainWay } from './DomainWay';
import { PauseDialog } from './PauseDialog';
import { ResumeButton } from './Pauses';
import { DueTime, PausedMark } from './QueueMarks';
import { readAccount } from './Queues';
import {
  kAges, kSweepChanges, longestOf, mayEnd, paramsOf, scopeOfPause, sumOf, type Pause, type QueuePage as Page_, type Scope, type WaitingMail,
} from './queueModel';
import { queueWords } from './queueWords';
import { DropDialog } from './sweeps';
import { useAccounts, useScopeText } from './useAccounts';
import { words } from './words';

const kPage = 50;
const kEveryMs = 3_000;

/** The mail that waits for one domain, and what a person may do about it. */
export function QueuePage() {
  const { domain = '' } = useParams();
  const [search] = useSearchParams();
  const account = readAccount(search.get('account'));
  return <OneQueue key={`${domain} ${account}`} scope={{ domain, account }} />;
}

function OneQueue({ scope }: { scope: Scope }) {
  const w = useWords(queueWords);
  const d = useWords(words);
  const toast = useToast();
  const language = useLanguage();
  const { manages, nameOf } = useAccounts();
  const scopeText = useScopeText();
  const [dialog, setDialog] = useState<'' | 'pause' | 'drop'>('');
  const params = paramsOf(scope);
  const queues = useCall<Page_>('ListDeliveryQueues', { ...params, Offset: 0, Limit: 100 }, { every: kEveryMs });
  const pauses = useCall<{ Data: Pause[] }>('ListDeliveryPauses', { ...params, Offset: 0, Limit: 100 }, { every: kEveryMs });
  const retry = useAct<{ Count: number }>('RetryWaitingMail', { changes: kSweepChanges });
  const sum = sumOf(queues.data?.Data ?? []);
  const pause = longestOf(pauses.data?.Data ?? []);
  const idle = sum.waiting === 0;
  const may = useMay();
  usePageKeys({ p: may('PauseDelivery') ? () => setDialog('pause') : undefined });
  return (
    <Page
      crumbs={
        <>
          <Link to="/delivery">{d.title}</Link> / {w.crumb}
        </>
      }
      title={scope.domain}
      actions={
        <>
          <Button icon={<PauseIcon size={16} aria-hidden />} hint="p" needs="PauseDelivery" onClick={() => setDialog('pause')}>
            {w.pause}
          </Button>
          <Button
            icon={<RotateCcw size={16} aria-hidden />}
            disabled={retry.isPending || idle}
            reason={pause && !idle ? w.retryPaused : undefined}
            call={{ action: 'RetryWaitingMail', params }}
            onClick={() =>
              retry.mutate(params, {
                onSuccess: (answer) => toast(w.retried(Number(answer.Count))),
                onError: (error) => toast(`${error.message} (${error.code})`, 'error'),
              })
            }
          >
            {w.retry}
          </Button>
          <Button look="danger" icon={<OctagonMinus size={16} aria-hidden />} needs="DropWaitingMail" disabled={idle} onClick={() => setDialog('drop')}>
            {w.drop}
          </Button>
        </>
      }
      facts={
        <FactLine
          facts={[
            manages && [w.account, scope.account === '' ? w.everyAccount : nameOf(scope.account)],
            [w.column.waiting, showNumber(sum.waiting, language)],
            !idle && [w.oldest, <Time at={sum.oldest} />],
            !idle && [w.column.next, <DueTime at={sum.next} />],
          ]}
        />
      }
    >
      {(pauses.data?.Data ?? []).map((one) => (
        <PauseNote key={`${one.Domain} ${one.AppId}`} pause={one} name={scopeText(scopeOfPause(one))} />
      ))}
      {!idle && (
        <dl className="figures ages" aria-label={w.agesNote}>
          {kAges.map((age, i) => (
            <div key={age}>
              <dt>{w.ages[age]}</dt>
              <dd>{showNumber(sum.ages[i], language)}</dd>
            </div>
          ))}
        </dl>
      )}
      <WaitingMails scope={scope} />
      <DomainWay domain={scope.domain} />
      {dialog === 'pause' && <PauseDialog scope={scope} onClose={() => setDialog('')} />}
      {dialog === 'drop' && <DropDialog scope={scope} onClose={() => setDialog('')} />}
    </Page>
  );
}

function PauseNote({ pause, name }: { pause: Pause; name: string }) {
  const w = useWords(queueWords);
  const language = useLanguage();
  const { session } = useConsole();
  return (
    <Note
      tone="warning"
      title={w.pausedSince(showShortTime(fromBeijing(pause.SinceTime), language))}
      action={<ResumeButton pause={pause} name={name} reason={mayEnd(session, pause) ? undefined : w.theirs} small />}
    >
      <span className="queue-below">
        <b>{name}</b>
        <PausedMark since={pause.SinceTime} until={pause.UntilTime} reason={pause.Reason} />
      </span>
    </Note>
  );
}

/** The mails of a queue, what is due first in front; those of other accounts have no page here. */
function WaitingMails({ scope }: { scope: Scope }) {
  const w = useWords(queueWords);
  const language = useLanguage();
  const navigate = useNavigate();
  const { session } = useConsole();
  const range = useRange(kPage);
  const mails = useCall<{ TotalCount: number; Data: WaitingMail[] }>(
    'ListWaitingMails',
    { ...paramsOf(scope), Offset: range.offset, Limit: kPage },
    { every: kEveryMs },
  );
  const isOwn = (mail: WaitingMail) => String(mail.AppId) === session.account;
  const pathOf = (mail: WaitingMail) => messagePath(mail.MessageId, mail.ToEmailAddress);
  const columns: Column<WaitingMail>[] = [
    {
      key: 'recipient',
      head: w.column.recipient,
      cell: (mail) =>
        isOwn(mail) ? (
          <Link to={pathOf(mail)} className="row-name">
            {mail.ToEmailAddress}
          </Link>
        ) : (
          <span className="row-name" title={w.otherAccount}>
            {mail.ToEmailAddress}
          </span>
        ),
    },
    { key: 'sender', head: w.column.sender, wideOnly: true, cell: (mail) => <span className="cell-text">{mail.FromEmailAddress}</span> },
    {
      key: 'task',
      head: w.column.task,
      number: true,
      wideOnly: true,
      cell: (mail) =>
        Number(mail.TaskId) === 0 ? (
          <span className="grey">{w.single}</span>
        ) : isOwn(mail) ? (
          <Link to={`/tasks/${mail.TaskId}`}>{String(mail.TaskId)}</Link>
        ) : (
          String(mail.TaskId)
        ),
    },
    { key: 'tries', head: w.column.tries, number: true, wideOnly: true, cell: (mail) => showNumber(mail.Attempts, language) },
    { key: 'next', head: w.column.next, number: true, cell: (mail) => <DueTime at={fromBeijing(mail.NextAttemptTime)} /> },
  ];
  return (
    <Section title={w.mails} beside={w.mailsNote}>
      <Await of={mails} title={w.mails} rows={6}>
        {(data) =>
          data.Data.length > 0 ? (
            <DataTable
              caption={w.mails}
              columns={columns}
              rows={data.Data}
              rowKey={(mail) => `${mail.MessageId} ${mail.ToEmailAddress}`}
              onOpen={(mail) => isOwn(mail) && navigate(pathOf(mail))}
              below={(mail) => (mail.Reply === '' ? undefined : <span className="small reply-line"><code>{mail.Reply}</code></span>)}
              paging={range.paging(Number(data.TotalCount), data.Data.length)}
            />
          ) : (
            <Empty title={w.noneFor(scope.domain)}>{w.noneForText}</Empty>
          )
        }
      </Await>
    </Section>
  );
}
