import { Link, useSearchParams } from 'react-router-dom';

import { useAct, useCall } from '../../api/query';
import { fromBeijing } from '../../format/time';
import { Button, CopyButton, Empty, ErrorPanel, LinkButton, Page, Section, Time, useToast } from '../../parts';
import { Await } from '../../parts/Await';
import { FactLine } from '../../parts/Facts';
import { MailState } from '../../parts/MailState';
import { useConsole } from '../../shell/SessionContext';
import { useWords } from '../../words/words';
import { ClientView, kStatusDays } from './ClientView';
import { MailStory } from './Story';
import { TimeLine } from './TimeLine';
import { addDays, today, type Story } from './model';
import { messagePath } from './path';
import { words } from './words';

/** What became of one mail to one recipient, for as long as it is stored. */
export function MessagePage({ id }: { id: string }) {
  const w = useWords(words);
  const { session } = useConsole();
  const [search] = useSearchParams();
  const to = search.get('to') ?? '';
  // A masked address names nobody; the first recipient is shown then.
  const known = session.addresses === 'clear' && to !== '' ? to : undefined;
  const story = useCall<Story>('GetMail', { MessageId: id, ToEmailAddress: known }, { every: 5_000 });
  return (
    <Await
      of={story}
      title={w.title}
      rows={8}
      onError={(error) =>
        error.code.startsWith('ResourceNotFound') ? (
          <Page title={w.missing}>
            <Empty title={id} action={<LinkButton to="/messages">{w.title}</LinkButton>}>
              {w.missingText}
            </Empty>
          </Page>
        ) : undefined
      }
    >
      {(data) => <Message story={data} />}
    </Await>
  );
}

function Message({ story }: { story: Story }) {
  const w = useWords(words);
  const toast = useToast();
  const mail = story.Mail;
  const send = Number(mail.SendStatus);
  const deliver = Number(mail.DeliverStatus);
  const day = mail.RequestTime.slice(0, 10);
  const unblock = useAct('DeleteBlackList', { changes: ['ListBlackEmailAddress', 'CheckRecipient', 'GetMail'] });
  const block = useAct('CreateCustomBlacklist', { changes: ['ListCustomBlacklist', 'CheckRecipient', 'GetMail'] });
  const unblocked = { EmailAddressList: [mail.ToEmailAddress] };
  const blocked = { Emails: [mail.ToEmailAddress] };
  return (
    <Page
      crumbs={
        <>
          <Link to={`/messages?day=${day}`}>{w.title}</Link> / {w.crumb}
        </>
      }
      title={mail.ToEmailAddress}
      beside={<MailState send={send} deliver={deliver} />}
      actions={
        <>
          {(send === 1007 || deliver === 3) && (
            <Button
              disabled={unblock.isPending}
              call={{ action: 'DeleteBlackList', params: unblocked }}
              onClick={() => unblock.mutate(unblocked, { onSuccess: () => toast(w.unblocked) })}
            >
              {w.unblock}
            </Button>
          )}
          <Button
            disabled={block.isPending}
            call={{ action: 'CreateCustomBlacklist', params: blocked }}
            onClick={() => block.mutate(blocked, { onSuccess: () => toast(w.blocked) })}
          >
            {w.block}
          </Button>
        </>
      }
      facts={
        <FactLine
          facts={[
            [w.column.sender, mail.FromEmailAddress],
            [w.column.time, <Time at={fromBeijing(mail.RequestTime)} short={false} />],
          ]}
        />
      }
    >
      {(unblock.error ?? block.error) && <ErrorPanel title={w.address} error={unblock.error ?? block.error} />}
      <div className="columns">
        <div className="column-main">
          <TimeLine story={story} />
        </div>
        <Side story={story} day={day} />
      </div>
    </Page>
  );
}

function Side({ story, day }: { story: Story; day: string }) {
  const w = useWords(words);
  const { session } = useConsole();
  const mail = story.Mail;
  const clear = session.addresses === 'clear';
  const address = encodeURIComponent(mail.ToEmailAddress);
  // A masked address leads nowhere.
  const others = clear ? story.Recipients.filter((one) => one !== mail.ToEmailAddress) : [];
  return (
    <div className="column-side">
      <MailStory story={story} />
      {day >= addDays(today(), -kStatusDays) && <ClientView id={mail.MessageId} to={clear ? mail.ToEmailAddress : undefined} day={day} />}
      <Section title={w.ids}>
        <p className="small grey">MessageId</p>
        <p className="cell-text">
          <code>{mail.MessageId}</code>
          <CopyButton text={mail.MessageId} name="MessageId" />
        </p>
      </Section>
      {clear && (
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
      )}
      {others.length > 0 && (
        <Section title={w.recipientsOf}>
          <ul className="link-list">
            {others.map((other) => (
              <li key={other}>
                <Link to={messagePath(mail.MessageId, other)}>{other}</Link>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  );
}
