import { Link } from 'react-router-dom';

import { useCall } from '../../api/query';
import { fromBeijing } from '../../format/time';
import { Section, Time } from '../../parts';
import { Await } from '../../parts/Await';
import { CallOrigin, hasOrigin, type Origin } from '../../parts/CallOrigin';
import { FactList } from '../../parts/Facts';
import { useWords } from '../../words/words';
import { Simulator } from './Simulator';
import { words } from './words';

export interface Story {
  readonly Mail: {
    readonly Subject: string;
    readonly TaskId: number | bigint;
    readonly TemplateID: number | bigint;
    readonly Attempts: number;
    readonly FirstAttemptTime: string;
    readonly NextAttemptTime: string;
    readonly Class: string;
  };
  readonly HeaderMessageId: string;
  readonly Call?: Origin;
  readonly Rule: string;
  readonly InboxMailId: number | bigint;
  readonly WebhookEvents: readonly {
    readonly EventId: number | bigint;
    readonly Event: string;
    readonly State: string;
    readonly QueueTime: string;
    readonly Answer: string;
  }[];
}

/** What GetMail knows beyond the row of GetSendEmailStatus: where the mail came from, its attempts, who was told. */
export function MailStory({ id, to }: { id: string; to: string }) {
  const w = useWords(words);
  const story = useCall<Story>('GetMail', { MessageId: id, ToEmailAddress: to }, { every: 5_000 });
  return (
    <Await of={story} title={w.story} rows={4}>
      {(data) => (
        <>
          <Section title={w.story}>
            <FactList
              facts={[
                [w.subject, data.Mail.Subject],
                Number(data.Mail.TaskId) !== 0 && [
                  w.task,
                  <Link to={`/tasks/${data.Mail.TaskId}`}>{String(data.Mail.TaskId)}</Link>,
                ],
                Number(data.Mail.TemplateID) !== 0 && [
                  w.template,
                  <Link to={`/templates/${data.Mail.TemplateID}`}>{String(data.Mail.TemplateID)}</Link>,
                ],
                hasOrigin(data.Call) && [w.askedBy, <CallOrigin origin={data.Call} />],
                [w.attempts, String(data.Mail.Attempts)],
                data.Mail.NextAttemptTime !== '' && [w.nextTry, <Time at={fromBeijing(data.Mail.NextAttemptTime)} />],
                data.Rule !== '' && [w.rule, <code>{data.Rule}</code>],
                data.HeaderMessageId !== '' && ['Message-ID', <code className="cell-text">{data.HeaderMessageId}</code>],
                Number(data.InboxMailId) !== 0 && [
                  w.content,
                  <Link to={`/inbox/${data.InboxMailId}`}>{w.openMail}</Link>,
                ],
              ]}
            />
          </Section>
          {data.WebhookEvents.length > 0 && (
            <Section title={w.told}>
              <ul className="reason-list">
                {data.WebhookEvents.map((event) => (
                  <li key={String(event.EventId)}>
                    <span>
                      {event.Event} <span className="grey small">{event.Answer || event.State}</span>
                    </span>
                    <Time at={fromBeijing(event.QueueTime)} />
                  </li>
                ))}
              </ul>
            </Section>
          )}
          {Number(data.InboxMailId) !== 0 && <Simulator id={id} to={to} />}
        </>
      )}
    </Await>
  );
}
