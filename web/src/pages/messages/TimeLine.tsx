import {
  CircleCheck, Clock, Code, DoorOpen, Eye, FileCheck, Flag, MousePointerClick, OctagonMinus, RefreshCw, ShieldAlert, ShieldCheck,
  SquareX, Undo2, Webhook, type LucideIcon,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router-dom';

import { Section, Time, useStateText, type Tone } from '../../parts';
import { CallOrigin, hasOrigin } from '../../parts/CallOrigin';
import { useConsole } from '../../shell/SessionContext';
import { useWords } from '../../words/words';
import { commandOf, timeLineOf, type Entry, type EntryKind } from './entries';
import type { Mail, MailAttempt, Story } from './model';
import { Waits } from './Waits';
import { words } from './words';

/** The program of mail that came by SMTP and not by a call. */
const kSmtp = 'smtp';

const kMarks: Readonly<Record<Exclude<EntryKind, 'attempt'>, readonly [LucideIcon, Tone]>> = {
  requested: [Code, 'neutral'],
  checked: [ShieldCheck, 'neutral'],
  withheld: [ShieldAlert, 'warning'],
  rendered: [FileCheck, 'neutral'],
  waiting: [Clock, 'neutral'],
  deferred: [RefreshCw, 'warning'],
  delivered: [CircleCheck, 'success'],
  refused: [SquareX, 'error'],
  dropped: [OctagonMinus, 'warning'],
  nextTry: [Clock, 'neutral'],
  opened: [Eye, 'neutral'],
  clicked: [MousePointerClick, 'neutral'],
  unsubscribed: [DoorOpen, 'neutral'],
  complained: [Flag, 'error'],
  returned: [Undo2, 'warning'],
  told: [Webhook, 'neutral'],
};

const kResults: Readonly<Record<string, readonly [LucideIcon, Tone]>> = {
  delivered: [CircleCheck, 'success'],
  refused: [SquareX, 'error'],
  deferred: [RefreshCw, 'warning'],
  uncertain: [RefreshCw, 'warning'],
};

function markOf(entry: Entry): readonly [LucideIcon, Tone] {
  return entry.kind === 'attempt' ? (kResults[entry.attempt?.Result ?? ''] ?? kMarks.deferred) : kMarks[entry.kind];
}

/** What happened to a mail, the oldest first. */
export function TimeLine({ story }: { story: Story }) {
  const w = useWords(words);
  return (
    <Section title={w.timeline}>
      <ol className="timeline">
        {timeLineOf(story).map((entry) => {
          const [Icon, tone] = markOf(entry);
          return (
            <li key={entry.key}>
              <span className="timeline-time">
                <Time at={entry.at} />
              </span>
              <span className={`timeline-icon state-${tone}`}>
                <Icon size={16} aria-hidden />
              </span>
              <EntryText entry={entry} story={story} />
            </li>
          );
        })}
      </ol>
    </Section>
  );
}

function Told({ title, aside, children }: { title: ReactNode; aside?: ReactNode; children?: ReactNode }) {
  return (
    <div>
      <p className="timeline-head">
        <span className="row-name">{title}</span>
        {aside && <span className="small grey cell-text">{aside}</span>}
      </p>
      {children}
    </div>
  );
}

function EntryText({ entry, story }: { entry: Entry; story: Story }) {
  const w = useWords(words);
  const { session } = useConsole();
  const mail = story.Mail;
  const stateText = useStateText();
  switch (entry.kind) {
    case 'attempt':
      return entry.attempt ? <AttemptText attempt={entry.attempt} next={entry.next} mail={mail} /> : null;
    case 'requested':
      return <Told title={story.Call?.Client === kSmtp ? w.line.submitted : w.line.requested} aside={hasOrigin(story.Call) && <CallOrigin origin={story.Call} />} />;
    case 'withheld':
      return (
        <Told
          title={`${w.line.withheld}: ${stateText('send', Number(mail.SendStatus))}`}
          // A masked address leads nowhere.
          aside={
            session.addresses === 'clear' && (
              <Link to={`/blocks?address=${encodeURIComponent(mail.ToEmailAddress)}`}>{w.listEntry}</Link>
            )
          }
        >
          <Why mail={mail} />
        </Told>
      );
    case 'rendered':
      return <Told title={w.line.rendered} aside={<Content story={story} />} />;
    case 'waiting':
      return (
        <Told title={w.line.waiting}>
          <Why mail={mail} />
          <Waits mail={mail} />
        </Told>
      );
    case 'deferred':
    case 'delivered':
    case 'refused':
    case 'dropped':
      return (
        <Told title={w.line[entry.kind]}>
          {mail.Reply !== '' && <pre className="reply">{mail.Reply}</pre>}
          <Why mail={mail} />
          {mail.Class !== '' && <p className="small grey">{w.classified(mail.Class, story.Rule || w.noRule)}</p>}
        </Told>
      );
    case 'returned':
      return (
        <Told title={w.line.returned}>
          <pre className="reply">{entry.returned?.Reason}</pre>
          <p className="small grey">{w.returned(entry.returned?.Class ?? '', entry.returned?.Effect ?? '')}</p>
        </Told>
      );
    case 'told':
      return <Told title={w.line.told(entry.event?.Event ?? '')} aside={entry.event?.Answer || entry.event?.State} />;
    case 'nextTry':
      return (
        <Told title={w.line.nextTry}>
          <Waits mail={mail} />
        </Told>
      );
    default:
      return <Told title={w.line[entry.kind]} />;
  }
}

/** The server's own words for the state of a mail, where it has any. */
function Why({ mail }: { mail: Mail }) {
  return mail.Reason === '' ? null : <p className="small grey">{mail.Reason}</p>;
}

function Content({ story }: { story: Story }) {
  const w = useWords(words);
  return (
    <>
      {Number(story.Mail.TemplateID) !== 0 && (
        <Link to={`/templates/${story.Mail.TemplateID}`}>
          {w.template} {String(story.Mail.TemplateID)}
        </Link>
      )}{' '}
      {Number(story.InboxMailId) !== 0 && <Link to={`/inbox/${story.InboxMailId}`}>{w.openMail}</Link>}
    </>
  );
}

function AttemptText({ attempt, next, mail }: { attempt: MailAttempt; next: Date | undefined; mail: Mail }) {
  const w = useWords(words);
  const results = w.attempt.results as Readonly<Record<string, string>>;
  const levels = w.attempt.tls as Readonly<Record<string, string>>;
  const taken = attempt.DurationMs === null ? '' : `${attempt.DurationMs} ms`;
  const command = commandOf(attempt, mail.ToEmailAddress);
  return (
    <Told
      title={w.attempt.title(Number(attempt.Number), results[attempt.Result] ?? attempt.Result)}
      aside={[attempt.Host, taken].filter((text) => text !== '').join(', ')}
    >
      <pre className="reply">
        {command && `→ ${command}\n`}
        {`← ${attempt.Reply || w.attempt.unknownReply}`}
      </pre>
      <p className="small grey">
        {[
          attempt.Reason,
          attempt.Class && w.classified(attempt.Class, attempt.Rule || w.noRule),
          w.attempt.stage(attempt.Stage),
          levels[attempt.Tls] ?? attempt.Tls,
        ]
          .filter((text) => text !== '')
          .join(' · ')}
      </p>
      {next && attempt.Result !== 'delivered' && (
        <p className="small grey">
          {w.attempt.next} <Time at={next} />
        </p>
      )}
    </Told>
  );
}
