// Mails as GetSendEmailStatus tells them: one row for each mail and recipient of one Beijing day.

import { beijingDay } from '../../format/time';

export interface MailRow {
  readonly MessageId: string;
  readonly ToEmailAddress: string;
  readonly FromEmailAddress: string;
  readonly SendStatus: number;
  readonly DeliverStatus: number;
  readonly DeliverMessage: string;
  readonly RequestTime: number;
  readonly DeliverTime: number;
  readonly UserOpened: boolean;
  readonly UserClicked: boolean;
  readonly UserUnsubscribed: boolean;
  readonly UserComplained: boolean;
}

/** A mail as ListMails tells it. Times are Beijing time. */
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
  readonly Reason: string;
  readonly Reply: string;
  readonly Attempts: number;
  readonly NextAttemptTime: string;
  readonly UserOpened: boolean;
  readonly UserClicked: boolean;
  readonly UserUnsubscribed: boolean;
  readonly UserComplained: boolean;
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

/** The Beijing day that stands in a MessageId of this server; undefined when there is none. */
export function dayOf(messageId: string): string | undefined {
  const found = /-date-(\d{4})(\d{2})(\d{2})\d{6}-/.exec(messageId);
  return found ? `${found[1]}-${found[2]}-${found[3]}` : undefined;
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
