import { Link } from 'react-router-dom';

import { fromBeijing } from '../../format/time';
import { Section, Time } from '../../parts';
import { Await } from '../../parts/Await';
import { CallOrigin, hasOrigin } from '../../parts/CallOrigin';
import { FactList } from '../../parts/Facts';
import { useWords } from '../../words/words';
import { Simulator } from './Simulator';
import { useStory } from './mailStory';
import { words } from './words';

/** What GetMail knows beyond the row of GetSendEmailStatus: where the mail came from and what it holds. */
export function MailStory({ id, to }: { id: string; to: string }) {
  const w = useWords(words);
  const story = useStory(id, to);
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
          {Number(data.InboxMailId) !== 0 && <Simulator id={id} to={to} />}
        </>
      )}
    </Await>
  );
}
