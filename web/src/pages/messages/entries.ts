// The time line of a mail: what GetMail tells of it, in the order in which it happened.

import { fromBeijing } from '../../format/time';
import type { Mail, MailAttempt, Returned, Story } from './model';

export type EntryKind =
  | 'requested' | 'checked' | 'withheld' | 'rendered' | 'waiting' | 'attempt' | 'deferred' | 'delivered' | 'refused' | 'dropped'
  | 'nextTry' | 'opened' | 'clicked' | 'unsubscribed' | 'complained' | 'returned' | 'told';

export interface Entry {
  readonly key: string;
  readonly kind: EntryKind;
  /** undefined when nobody noted it. */
  readonly at: Date | undefined;
  readonly attempt?: MailAttempt;
  /** Of an attempt that was followed by another: when that one ended. */
  readonly next?: Date | undefined;
  readonly returned?: Returned;
  readonly event?: Story['WebhookEvents'][number];
}

/** What happened to a mail, the oldest first. */
export function timeLineOf(story: Story): Entry[] {
  const { Mail: mail, Attempts: attempts } = story;
  const requested: Entry = { key: 'requested', kind: 'requested', at: fromBeijing(mail.RequestTime) };
  if (mail.State === 'withheld') return [requested, plain('withheld'), ...later(story)];
  const tried = attempts.length > 0 || Number(mail.Attempts) > 0;
  return [
    requested,
    ...(tried ? [plain('checked'), plain('rendered')] : []),
    ...attempts.map((attempt, i) => entryOf(attempt, fromBeijing(attempts[i + 1]?.Time))),
    ...outcomeOf(story),
    ...later(story),
    ...nextTryOf(mail),
  ];
}

function plain(kind: EntryKind): Entry {
  return { key: kind, kind, at: undefined };
}

function entryOf(attempt: MailAttempt, next: Date | undefined): Entry {
  return { key: `attempt ${attempt.Number}`, kind: 'attempt', at: fromBeijing(attempt.Time), attempt, next };
}

const kOutcomes = ['delivered', 'refused', 'deferred'] as const;

/** The state of the mail, where neither its last attempt nor a mail that came back tells it. */
function outcomeOf({ Mail: mail, Attempts: attempts, ReturnedMails: returned }: Story): Entry[] {
  if (mail.State === 'waiting' || mail.State === 'dropped') return [plain(mail.State)];
  const kind = kOutcomes.find((one) => one === mail.State);
  const last = attempts.at(-1)?.Result;
  if (!kind || last === kind || (last === 'uncertain' && kind === 'deferred') || (last && returned.length > 0)) return [];
  // The only try is the one that decided.
  const only = last === undefined && Number(mail.Attempts) === 1 ? mail.FirstAttemptTime : '';
  return [{ key: kind, kind, at: fromBeijing(mail.DeliverTime || only) }];
}

const kMarks = [
  ['opened', 'open', 'UserOpened'],
  ['clicked', 'click', 'UserClicked'],
  ['unsubscribed', 'unsubscribe', 'UserUnsubscribed'],
  ['complained', 'spamreport', 'UserComplained'],
] as const;

/** What came after it had left: the time of a mark is that of its event, when a webhook wanted it. */
function later({ Mail: mail, WebhookEvents: events, ReturnedMails: mails }: Story): Entry[] {
  const marks = kMarks
    .filter(([, , mark]) => mail[mark])
    .map(([kind, name]): Entry => ({ key: kind, kind, at: fromBeijing(events.find((event) => event.Event === name)?.QueueTime) }));
  const returned = mails.map(
    (one): Entry => ({ key: `returned ${one.ReturnedMailId}`, kind: 'returned', at: fromBeijing(one.ReceivedTime), returned: one }),
  );
  const told = events.map((event): Entry => ({ key: `event ${event.EventId}`, kind: 'told', at: fromBeijing(event.QueueTime), event }));
  const at = (entry: Entry) => entry.at?.getTime() ?? Number.MAX_SAFE_INTEGER;
  return [...returned, ...marks, ...told].sort((a, b) => at(a) - at(b));
}

function nextTryOf(mail: Mail): Entry[] {
  const at = fromBeijing(mail.NextAttemptTime);
  return at && mail.State === 'deferred' ? [{ key: 'nextTry', kind: 'nextTry', at }] : [];
}

/**
 * The command whose reply decided; undefined where none was sent. The address of MAIL FROM is not known: where mails have
 * return paths of their own it is not the sender's.
 */
export function commandOf(attempt: MailAttempt, to: string): string | undefined {
  if (attempt.Host === '' || attempt.Host === 'sandbox') return undefined;
  const commands: Readonly<Record<string, string>> = {
    ehlo: 'EHLO', tls: 'STARTTLS', auth: 'AUTH', mail: 'MAIL FROM', rcpt: `RCPT TO:<${to}>`, data: 'DATA', dot: '.',
  };
  return commands[attempt.Stage];
}
