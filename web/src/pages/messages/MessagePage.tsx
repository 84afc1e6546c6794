import {
  CircleCheck, Clock, Code, DoorOpen, Eye, Flag, MousePointerClick, OctagonMinus, RefreshCw, ShieldAlert, SquareX, Undo2,
  type LucideIcon,
} from 'lucide-react';
import { Link, useSearchParams } from 'react-router-dom';

import { useAct, useCall } from '../../api/query';
import { fromBeijing, fromUnix } from '../../format/time';
import {
  Button, CopyButton, Empty, ErrorPanel, LinkButton, Page, Section, Time, useStateText, useToast, type Tone,
} from '../../parts';
import { Await } from '../../parts/Await';
import { FactLine, FactList } from '../../parts/Facts';
import { MailState } from '../../parts/MailState';
import { useConsole } from '../../shell/SessionContext';
import { useWords } from '../../words/words';
import { MailStory } from './Story';
import { dayOf, isDay, stepsOf, today, type MailRow, type StepKind } from './model';
import { words } from './words';

const kMarks: Readonly<Record<StepKind, readonly [LucideIcon, Tone]>> = {
  requested: [Code, 'neutral'],
  withheld: [ShieldAlert, 'warning'],
  waiting: [Clock, 'neutral'],
  deferred: [RefreshCw, 'warning'],
  delivered: [CircleCheck, 'success'],
  refused: [SquareX, 'error'],
  dropped: [OctagonMinus, 'warning'],
  opened: [Eye, 'neutral'],
  clicked: [MousePointerClick, 'neutral'],
  unsubscribed: [DoorOpen, 'neutral'],
  complained: [Flag, 'error'],
};

interface Returned {
  readonly ReturnedMailId: number | bigint;
  readonly ReceivedTime: string;
  readonly Class: string;
  readonly Status: string;
  readonly Reason: string;
  readonly Effect: string;
}

/** What became of one mail to one recipient. */
export function MessagePage({ id }: { id: string }) {
  const w = useWords(words);
  const [search, setSearch] = useSearchParams();
  const to = search.get('to') ?? '';
  const given = search.get('day') ?? '';
  const day = isDay(given) ? given : dayOf(id);
  const mails = useCall<{ EmailStatusList: MailRow[] }>(
    'GetSendEmailStatus',
    { RequestDate: day ?? today(), Offset: 0, Limit: 100, MessageId: id },
    { enabled: day !== undefined, every: 5_000 },
  );
  if (day === undefined) {
    return (
      <Page title={id}>
        <label className="form-narrow">
          {w.askDay}
          <input
            className="input"
            type="date"
            max={today()}
            onChange={(event) => isDay(event.target.value) && setSearch({ to, day: event.target.value })}
          />
        </label>
      </Page>
    );
  }
  return (
    <Await of={mails} title={w.title} rows={8}>
      {(data) => {
        const row = data.EmailStatusList.find((one) => one.ToEmailAddress === to) ?? (to === '' ? data.EmailStatusList[0] : undefined);
        return row ? (
          <Message row={row} others={data.EmailStatusList.filter((one) => one !== row)} day={day} />
        ) : (
          <Page title={w.missing}>
            <Empty title={id} action={<LinkButton to={`/messages?day=${day}`}>{w.title}</LinkButton>}>
              {w.missingText}
            </Empty>
          </Page>
        );
      }}
    </Await>
  );
}

function Message({ row, others, day }: { row: MailRow; others: readonly MailRow[]; day: string }) {
  const w = useWords(words);
  const stateText = useStateText();
  const { session } = useConsole();
  const toast = useToast();
  const send = Number(row.SendStatus);
  const deliver = Number(row.DeliverStatus);
  const address = encodeURIComponent(row.ToEmailAddress);
  const returned = useCall<{ Data: Returned[] }>('ListReturnedMails', {
    Offset: 0,
    Limit: 20,
    MessageId: row.MessageId,
    ToEmailAddress: row.ToEmailAddress,
  });
  const classified = useCall<{ Recipients: { Class: string; Rule: string }[] }>(
    'ClassifyMail',
    { Reply: row.DeliverMessage },
    { enabled: (deliver === 3 || deliver === 8) && row.DeliverMessage !== '' },
  );
  const unblock = useAct('DeleteBlackList', { changes: ['ListBlackEmailAddress', 'CheckRecipient'] });
  const block = useAct('CreateCustomBlacklist', { changes: ['ListCustomBlacklist', 'CheckRecipient'] });
  const verdict = classified.data?.Recipients[0];
  return (
    <Page
      crumbs={
        <>
          <Link to={`/messages?day=${day}`}>{w.title}</Link> / {w.crumb}
        </>
      }
      title={row.ToEmailAddress}
      beside={<MailState send={send} deliver={deliver} />}
      actions={
        <>
          {(send === 1007 || deliver === 3) && (
            <Button
              disabled={unblock.isPending}
              call={{ action: 'DeleteBlackList', params: { EmailAddressList: [row.ToEmailAddress] } }}
              onClick={() =>
                unblock.mutate({ EmailAddressList: [row.ToEmailAddress] }, { onSuccess: () => toast(w.unblocked) })
              }
            >
              {w.unblock}
            </Button>
          )}
          <Button
            disabled={block.isPending}
            call={{ action: 'CreateCustomBlacklist', params: { Emails: [row.ToEmailAddress] } }}
            onClick={() => block.mutate({ Emails: [row.ToEmailAddress] }, { onSuccess: () => toast(w.blocked) })}
          >
            {w.block}
          </Button>
        </>
      }
      facts={
        <FactLine
          facts={[
            [w.column.sender, row.FromEmailAddress],
            [w.column.time, <Time at={fromUnix(row.RequestTime)} short={false} />],
          ]}
        />
      }
    >
      {(unblock.error ?? block.error) && <ErrorPanel title={w.address} error={unblock.error ?? block.error} />}
      <div className="columns">
        <div className="column-main">
          <Section title={w.timeline}>
            <ol className="timeline">
              {stepsOf(row).map((step) => {
                const [Icon, tone] = kMarks[step.kind];
                return (
                  <li key={step.kind}>
                    <span className="timeline-time">
                      {step.at > 0 ? <Time at={fromUnix(step.at)} /> : <span className="grey">–</span>}
                    </span>
                    <span className={`timeline-icon state-${tone}`}>
                      <Icon size={16} aria-hidden />
                    </span>
                    <div>
                      <p className="row-name">
                        {w.line[step.kind]}
                        {step.kind === 'withheld' && `: ${stateText('send', send)}`}
                      </p>
                      {isOutcome(step.kind) && row.DeliverMessage !== '' && (
                        <pre className="reply">{row.DeliverMessage}</pre>
                      )}
                      {isOutcome(step.kind) && verdict && (
                        <p className="small grey">{w.classified(verdict.Class, verdict.Rule || w.noRule)}</p>
                      )}
                    </div>
                  </li>
                );
              })}
              {(returned.data?.Data ?? []).map((mail) => (
                <li key={String(mail.ReturnedMailId)}>
                  <span className="timeline-time">
                    <Time at={fromBeijing(mail.ReceivedTime)} />
                  </span>
                  <span className="timeline-icon state-warning">
                    <Undo2 size={16} aria-hidden />
                  </span>
                  <div>
                    <p className="row-name">{w.line.returned}</p>
                    <pre className="reply">{mail.Reason}</pre>
                    <p className="small grey">{w.returned(mail.Class, mail.Effect)}</p>
                  </div>
                </li>
              ))}
            </ol>
            {returned.error && <ErrorPanel title={w.line.returned} error={returned.error} onRetry={() => void returned.refetch()} />}
          </Section>
        </div>
        <div className="column-side">
          <MailStory id={row.MessageId} to={row.ToEmailAddress} />
          <Section title={w.clients}>
            <FactList
              facts={[
                ['SendStatus', `${send} ${stateText('send', send)}`],
                ['DeliverStatus', `${deliver} ${stateText('deliver', deliver)}`],
                ['DeliverMessage', <code className="cell-text">{row.DeliverMessage || '–'}</code>],
              ]}
            />
            <p>
              <Link to={`/explorer/GetSendEmailStatus`}>GetSendEmailStatus</Link>
            </p>
          </Section>
          <Section title={w.ids}>
            <p className="small grey">MessageId</p>
            <p className="cell-text">
              <code>{row.MessageId}</code>
              <CopyButton text={row.MessageId} name="MessageId" />
            </p>
          </Section>
          <Section title={w.address}>
            <ul className="link-list">
              <li>
                <Link to={`/messages?to=${address}&day=${day}`}>{w.mailsOfDay}</Link>
              </li>
              <li>
                <Link to={`/blocks?address=${address}`}>{w.canMail}</Link>
              </li>
              {session.mode === 'sandbox' && (
                <li>
                  <Link to={`/inbox?to=${address}`}>{w.inInbox}</Link>
                </li>
              )}
            </ul>
          </Section>
          {others.length > 0 && (
            <Section title={w.recipientsOf}>
              <ul className="link-list">
                {others.map((other) => (
                  <li key={other.ToEmailAddress}>
                    <Link to={`/messages/${encodeURIComponent(other.MessageId)}?to=${encodeURIComponent(other.ToEmailAddress)}&day=${day}`}>
                      {other.ToEmailAddress}
                    </Link>
                  </li>
                ))}
              </ul>
            </Section>
          )}
        </div>
      </div>
    </Page>
  );
}

function isOutcome(kind: StepKind): boolean {
  return kind === 'delivered' || kind === 'refused' || kind === 'dropped' || kind === 'deferred' || kind === 'withheld';
}
