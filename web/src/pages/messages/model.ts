import { beijingDay } from '../../format/time';
import type { Origin } from '../../parts/CallOrigin';

/** A mail as ListMails and GetMail tell it. Times are Beijing time. */
export interface Mail {
  readonly MessageId: string;
  readonly ToEmailAddress: string;
  readonly FromEmailAddress: string;
  readonly Subject: string;
  readonly TaskId: number | bigint;
  readonly TemplateID: number | bigint;
  readonly RequestTime: string;
  readonly State: string;
  readonly SendStatus: number;
  readonly DeliverStatus: number;
  readonly Reason: string;
  readonly Reply: string;
  readonly Class: string;
  readonly Attempts: number;
  readonly FirstAttemptTime: string;
  readonly NextAttemptTime: string;
  readonly DeliverTime: string;
  readonly UserOpened: boolean;
  readonly UserClicked: boolean;
  readonly UserUnsubscribed: boolean;
  readonly UserComplained: boolean;
}

/** One attempt to deliver a mail, as GetMail tells it. */
export interface MailAttempt {
  readonly Number: number;
  readonly Time: string;
  /** null for a mail that was delivered at the first try. */
  readonly DurationMs: number | null;
  readonly Host: string;
  readonly Tls: string;
  readonly Stage: string;
  readonly Result: string;
  readonly ReplyCode: number;
  readonly Reply: string;
  readonly Reason: string;
  readonly Class: string;
  readonly Rule: string;
}

export interface Returned {
  readonly ReturnedMailId: number | bigint;
  readonly ReceivedTime: string;
  readonly Class: string;
  readonly Status: string;
  readonly Reason: string;
  readonly Effect: string;
}

/** The whole story of a mail, as GetMail tells it. */
export interface Story {
  readonly Mail: Mail;
  readonly Recipients: readonly string[];
  readonly HeaderMessageId: string;
  readonly Call?: Origin;
  readonly Rule: string;
  readonly InboxMailId: number | bigint;
  readonly Attempts: readonly MailAttempt[];
  readonly ReturnedMails: readonly Returned[];
  readonly WebhookEvents: readonly {
    readonly EventId: number | bigint;
    readonly Event: string;
    readonly State: string;
    readonly QueueTime: string;
    readonly Answer: string;
  }[];
}

export const keyOf = (mail: Mail): string => `${mail.MessageId} ${mail.ToEmailAddress}`;

/** The rows that are shown: those that were there when the list was opened, as they are now; `fresh` wait above them. */
export function settled(before: readonly Mail[] | undefined, now: readonly Mail[]): { rows: readonly Mail[]; fresh: number } {
  if (!before) return { rows: now, fresh: 0 };
  const latest = new Map(now.map((mail) => [keyOf(mail), mail]));
  const known = new Set(before.map(keyOf));
  const first = now.findIndex((mail) => known.has(keyOf(mail)));
  const fresh = now.slice(0, first < 0 ? now.length : first).filter((mail) => !known.has(keyOf(mail))).length;
  // Mails that come into a list that was not full have no place below the shown ones to wait in.
  if (fresh === 0 || before.length === 0) return { rows: now, fresh: 0 };
  return { rows: before.map((mail) => latest.get(keyOf(mail)) ?? mail), fresh };
}

/** The domain of an address, of a masked one, too. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
}

export function today(): string {
  return beijingDay(new Date());
}
