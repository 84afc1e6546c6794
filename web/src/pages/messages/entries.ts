// The time line of a mail: what GetMail tells of it, in the order in which it happened.

import { fromBeijing, fromUnix } from '../../format/time';
import type { MailRow } from './model';
import type { MailAttempt, Returned, Story } from './mailStory';

export type EntryKind =
  | 'requested' | 'checked' | 'withheld' | 'rendered' | 'waiting' | 'attempt' | 'deferred' | 'delivered' | 'refused' | 'dropped'
  | 'nextTry' | 'opened' | 'clicked' | 'unsubscribed' | 'complained' | 'returned' | 'told';

export interface Entry {
  readonly key: string;
  readonly kind: EntryKind;
  /** undefined when nobody noted it. */
  readonly at: Date | undefined;
  readonly attempt?: MailAttempt;
  /** Of an attempt that did not deliver: when the next one ended, or is planned. */
  readonly next?: Date | undefined;
  readonly returned?: Returned;
  readonly event?: Story['WebhookEvents'][number];
}

/** What happened to a mail, the oldest first. Without its story: as far as its row of GetSendEmailStatus tells. */
export function timeLineOf(row: MailRow, story: Story | undefined): Entry[] {
  const requested: Entry = { key: 'requested', kind: 'requested', at: fromUnix(row.RequestTime) };
  if (Number(row.SendStatus) !== 0) return [requested, { key: 'withheld', kind: 'withheld', at: undefined }, ...later(row, story)];
  const attempts = story?.Attempts ?? [];
  const tried = attempts.length > 0 || Number(story?.Mail.Attempts ?? 0) > 0;
  return [
    requested,
    ...(tried ? [plain('checked'), plain('rendered')] : []),
    ...attempts.map((attempt, i) => entryOf(attempt, fromBeijing(attempts[i + 1]?.Time ?? story?.Mail.NextAttemptTime))),
    ...outcomeOf(row, attempts),
    ...later(row, story),
    ...nextTryOf(story),
  ];
}

function plain(kind: EntryKind): Entry {
  return { key: kind, kind, at: undefined };
}

function entryOf(attempt: MailAttempt, next: Date | undefined): Entry {
  return { key: `attempt ${attempt.Number}`, kind: 'attempt', at: fromBeijing(attempt.Time), attempt, next };
}

/** The state of the row, where no attempt tells it. */
function outcomeOf(row: MailRow, attempts: readonly MailAttempt[]): Entry[] {
  const status = Number(row.DeliverStatus);
  if (status === 0) return [plain('waiting')];
  if (status === 2) return [plain('dropped')];
  if (attempts.length > 0) return [];
  const kind = status === 1 ? 'delivered' : status === 3 ? 'refused' : 'deferred';
  return [{ key: kind, kind, at: fromUnix(row.DeliverTime) }];
}

const kMarks = [
  ['opened', 'open', 'UserOpened'],
  ['clicked', 'click', 'UserClicked'],
  ['unsubscribed', 'unsubscribe', 'UserUnsubscribed'],
  ['complained', 'spamreport', 'UserComplained'],
] as const;

/** What came after it had left: the time of a mark is that of its event, when a webhook wanted it. */
function later(row: MailRow, story: Story | undefined): Entry[] {
  const events = story?.WebhookEvents ?? [];
  const marks = kMarks
    .filter(([, , mark]) => row[mark])
    .map(([kind, name]): Entry => ({ key: kind, kind, at: fromBeijing(events.find((event) => event.Event === name)?.QueueTime) }));
  const returned = (story?.ReturnedMails ?? []).map(
    (mail): Entry => ({ key: `returned ${mail.ReturnedMailId}`, kind: 'returned', at: fromBeijing(mail.ReceivedTime), returned: mail }),
  );
  const told = events.map((event): Entry => ({ key: `event ${event.EventId}`, kind: 'told', at: fromBeijing(event.QueueTime), event }));
  const at = (entry: Entry) => entry.at?.getTime() ?? Number.MAX_SAFE_INTEGER;
  return [...returned, ...marks, ...told].sort((a, b) => at(a) - at(b));
}

function nextTryOf(story: Story | undefined): Entry[] {
  const at = fromBeijing(story?.Mail.NextAttemptTime);
  return at && story?.Mail.State === 'deferred' ? [{ key: 'nextTry', kind: 'nextTry', at }] : [];
}

/** The command whose reply decided; undefined where none was sent. */
export function commandOf(attempt: MailAttempt, from: string, to: string): string | undefined {
  if (attempt.Host === '' || attempt.Host === 'sandbox') return undefined;
  const commands: Readonly<Record<string, string>> = {
    ehlo: 'EHLO', tls: 'STARTTLS', auth: 'AUTH', mail: `MAIL FROM:<${from}>`, rcpt: `RCPT TO:<${to}>`, data: 'DATA', dot: '.',
  };
  return commands[attempt.Stage];
}
