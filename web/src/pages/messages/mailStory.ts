import { useCall } from '../../api/query';
import type { Origin } from '../../parts/CallOrigin';

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

/** What GetMail tells. */
export interface Story {
  readonly Mail: {
    readonly Subject: string;
    readonly State: string;
    readonly Reason: string;
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

/** The story of a mail; what several parts of a page ask for is asked once. */
export function useStory(id: string, to: string) {
  return useCall<Story>('GetMail', { MessageId: id, ToEmailAddress: to }, { every: 5_000 });
}
