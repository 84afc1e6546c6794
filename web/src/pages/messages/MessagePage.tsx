import { Link, useSearchParams } from 'react-router-dom';

import { useAct, useCall } from '../../api/query';
import { fromUnix } from '../../format/time';
import {
  Button, CopyButton, Empty, ErrorPanel, LinkButton, Page, Section, Time, useStateText, useToast,
} from '../../parts';
import { Await } from '../../parts/Await';
import { FactLine, FactList } from '../../parts/Facts';
import { MailState } from '../../parts/MailState';
import { useConsole } from '../../shell/SessionContext';
import { useWords } from '../../words/words';
import { MailStory } from './Story';
import { TimeLine } from './TimeLine';
import { dayOf, isDay, today, type MailRow } from './model';
import { useStory } from './mailStory';
import { words } from './words';

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
  const story = useStory(row.MessageId, row.ToEmailAddress);
  const unblock = useAct('DeleteBlackList', { changes: ['ListBlackEmailAddress', 'CheckRecipient'] });
  const block = useAct('CreateCustomBlacklist', { changes: ['ListCustomBlacklist', 'CheckRecipient'] });
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
          <TimeLine row={row} story={story.data} />
          {story.error && <ErrorPanel title={w.timeline} error={story.error} onRetry={() => void story.refetch()} />}
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
