import type { Params } from '../../api/call';
import type { Session } from '../../api/session';
import { fromBeijing } from '../../format/time';
import { mayCall } from '../../shell/SessionContext';

/** The mail of an account that waits for one domain, as ListDeliveryQueues tells it. Times are Beijing time. */
export interface Queue {
  readonly Domain: string;
  readonly AppId: number | bigint;
  /** Single mail; otherwise mail of tasks. */
  readonly Urgent: boolean;
  readonly WaitingCount: number;
  readonly NextAttemptTime: string;
  readonly OldestTime: string;
  readonly Ages: readonly number[];
  readonly PausedSince: string;
  readonly PausedUntil: string;
  readonly PauseReason: string;
  readonly Reply: string;
}

export interface QueuePage {
  readonly TotalCount: number;
  readonly WaitingCount: number;
  readonly Data: readonly Queue[];
}

export interface WaitingMail {
  readonly MessageId: string;
  readonly ToEmailAddress: string;
  readonly FromEmailAddress: string;
  readonly AppId: number | bigint;
  readonly TaskId: number | bigint;
  readonly Attempts: number;
  readonly NextAttemptTime: string;
  readonly Reply: string;
}

export interface Pause {
  /** Empty: every domain. */
  readonly Domain: string;
  /** 0: every account. */
  readonly AppId: number | bigint;
  readonly SinceTime: string;
  /** Empty: it does not end by itself. */
  readonly UntilTime: string;
  readonly Reason: string;
}

/** Whose mail to where; an empty part means every one. */
export interface Scope {
  readonly domain: string;
  readonly account: string;
}

export function paramsOf({ domain, account }: Scope): Params {
  return { Domain: domain || undefined, AppId: account === '' ? undefined : BigInt(account) };
}

export function scopeOfPause(pause: Pause): Scope {
  return { domain: pause.Domain, account: Number(pause.AppId) === 0 ? '' : String(pause.AppId) };
}

/** Whether the person sees the mail of every account and may hold and drop it. */
export function managesAccounts(session: Session): boolean {
  return mayCall(session, 'ListAccounts');
}

/** Whether the person may end a pause: that of every account is ended by who manages them. */
export function mayEnd(session: Session, pause: Pause): boolean {
  return managesAccounts(session) || String(pause.AppId) === session.account;
}

/** The page of a queue. */
export function queuePath({ domain, account }: Scope): string {
  return `/delivery/queues/${encodeURIComponent(domain)}${account === '' ? '' : `?account=${account}`}`;
}

/** What is known about several queues together: those of one domain, single mail and mail of tasks. */
export interface QueueSum {
  readonly waiting: number;
  readonly oldest: Date | undefined;
  readonly next: Date | undefined;
  readonly ages: readonly number[];
}

export function sumOf(queues: readonly Queue[]): QueueSum {
  const first = (times: readonly string[]) => fromBeijing([...times].filter((time) => time !== '').sort()[0]);
  return {
    waiting: queues.reduce((sum, queue) => sum + Number(queue.WaitingCount), 0),
    oldest: first(queues.map((queue) => queue.OldestTime)),
    next: first(queues.map((queue) => queue.NextAttemptTime)),
    ages: kAges.map((_, i) => queues.reduce((sum, queue) => sum + Number(queue.Ages[i] ?? 0), 0)),
  };
}

/** The names of the parts of Ages. */
export const kAges = ['m5', 'm15', 'h1', 'h4', 'd1', 'd3', 'older'] as const;

/** Of several pauses the one that lasts longest, which is the one that decides. */
export function longestOf(pauses: readonly Pause[]): Pause | undefined {
  const endOf = (pause: Pause) => fromBeijing(pause.UntilTime)?.getTime() ?? Number.POSITIVE_INFINITY;
  return [...pauses].sort((a, b) => endOf(b) - endOf(a))[0];
}

/** What keeps a pause from being made as it stands. */
export type PauseFault = 'nothing' | 'past' | 'noTime' | 'noReason';

export function faultOf(scope: Scope, until: Date | 'never' | undefined, reason: string, now: Date): PauseFault | undefined {
  if (scope.domain === '' && scope.account === '') return 'nothing';
  if (until === undefined) return 'noTime';
  if (until !== 'never' && until <= now) return 'past';
  return reason.trim() === '' ? 'noReason' : undefined;
}

/** The answers that other pauses change. */
export const kPauseChanges = ['ListDeliveryPauses', 'ListDeliveryQueues', 'ListWaitingMails'];
/** The answers that a retry or a drop changes. */
export const kSweepChanges = ['ListDeliveryQueues', 'ListWaitingMails', 'GetMail'];
