import { Link } from 'react-router-dom';

import { fromBeijing } from '../../format/time';
import { Section, Time } from '../../parts';
import { CallOrigin, hasOrigin } from '../../parts/CallOrigin';
import { FactList } from '../../parts/Facts';
import { useMay } from '../../shell/SessionContext';
import { useWords } from '../../words/words';
import type { Story } from './model';
import { Simulator } from './Simulator';
import { words } from './words';

/** Where a mail came from and what it holds. */
export function MailStory({ story: data }: { story: Story }) {
  const w = useWords(words);
  const may = useMay();
  return (
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
      {Number(data.InboxMailId) !== 0 && may('SimulateMailEvent') && (
        <Simulator id={data.Mail.MessageId} to={data.Mail.ToEmailAddress} />
      )}
    </>
  );
}
