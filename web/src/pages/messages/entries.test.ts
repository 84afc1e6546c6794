import { describe, expect, it } from 'vitest';

import { commandOf, timeLineOf } from './entries';
import type { Mail, MailAttempt, Story } from './model';

const mail: Mail = {
  MessageId: 'sesame-100001-date-20260301090000-9aT2kQm4ZxLp1', ToEmailAddress: 'ann@shop.example',
  FromEmailAddress: 'news@mail.shop.example', Subject: 's', TaskId: 0, TemplateID: 1, RequestTime: '2026-03-01 08:59:58',
  State: 'delivered', SendStatus: 0, DeliverStatus: 1, Reason: '', Reply: '250 ok', Class: '', Attempts: 2,
  FirstAttemptTime: '2026-03-01 09:00:00', NextAttemptTime: '', DeliverTime: '2026-03-01 09:10:00', UserOpened: false,
  UserClicked: false, UserUnsubscribed: false, UserComplained: false,
};

const delayed: MailAttempt = {
  Number: 1, Time: '2026-03-01 09:00:00', DurationMs: 71, Host: 'mx.shop.example[192.0.2.25]:25', Tls: 'clear', Stage: 'rcpt',
  Result: 'deferred', ReplyCode: 451, Reply: '451 4.7.1 greylisted', Reason: '', Class: '', Rule: '',
};

const story: Story = {
  Mail: mail, Recipients: [mail.ToEmailAddress],
  HeaderMessageId: '', Rule: '', InboxMailId: 0, ReturnedMails: [], WebhookEvents: [],
  Attempts: [delayed, { ...delayed, Number: 2, Time: '2026-03-01 09:10:00', Stage: 'dot', Result: 'delivered', ReplyCode: 250, Reply: '250 ok' }],
};

const kinds = (changes: Partial<Mail> = {}, more: Partial<Story> = {}) =>
  timeLineOf({ ...story, Mail: { ...mail, ...changes }, ...more }).map((entry) => entry.kind);

describe('a time line', () => {
  it('tells of each attempt when the next one was', () => {
    const line = timeLineOf(story);
    expect(line.map((entry) => entry.kind)).toEqual(['requested', 'checked', 'rendered', 'attempt', 'attempt']);
    expect(line[0]?.at?.toISOString()).toBe('2026-03-01T00:59:58.000Z');
    expect(line[3]?.next?.toISOString()).toBe('2026-03-01T01:10:00.000Z');
    expect(line[4]?.next).toBeUndefined();
  });
  it('ends with the next try of a delayed mail', () => {
    const waiting: Mail = { ...mail, State: 'deferred', Attempts: 1, NextAttemptTime: '2026-03-01 09:10:00', DeliverTime: '' };
    const line = timeLineOf({ ...story, Attempts: [delayed], Mail: waiting });
    expect(line.slice(-2).map((entry) => entry.kind)).toEqual(['attempt', 'nextTry']);
    expect(line.at(-1)?.at?.toISOString()).toBe('2026-03-01T01:10:00.000Z');
    expect(line.at(-2)?.next).toBeUndefined();
    const unsure = { Attempts: [{ ...delayed, Result: 'uncertain' }] };
    expect(kinds({ State: 'deferred', Attempts: 1, DeliverTime: '' }, unsure).slice(-1)).toEqual(['attempt']);
  });
  it('tells the state of the mail where attempts are not kept, with its time where that is known', () => {
    const none = { Attempts: [] };
    expect(kinds({}, none)).toEqual(['requested', 'checked', 'rendered', 'delivered']);
    expect(kinds({ State: 'waiting', Attempts: 0, FirstAttemptTime: '', DeliverTime: '' }, none)).toEqual(['requested', 'waiting']);
    const refused = (Attempts: number) =>
      timeLineOf({ ...story, ...none, Mail: { ...mail, State: 'refused', Attempts, DeliverTime: '' } }).at(-1);
    expect([refused(1)?.kind, refused(1)?.at?.toISOString()]).toEqual(['refused', '2026-03-01T01:00:00.000Z']);
    expect(refused(2)?.at).toBeUndefined();
  });
  it('tells the state of a mail that changed without an attempt', () => {
    expect(kinds({ State: 'refused' }).slice(-2)).toEqual(['attempt', 'refused']);
    const back = {
      ReturnedMailId: 1, ReceivedTime: '2026-03-01 09:20:00', Class: 'hard_unknown_user', Status: '5.1.1', Reason: 'gone', Effect: 'bounced',
    };
    expect(kinds({ State: 'refused' }, { ReturnedMails: [back] }).slice(-2)).toEqual(['attempt', 'returned']);
  });
  it('of a withheld mail has no checks that passed and no attempt', () => {
    expect(kinds({ State: 'withheld', SendStatus: 1007, Attempts: 0 }, { Attempts: [] })).toEqual(['requested', 'withheld']);
  });
  it('says that a mail was given up behind its attempts', () => {
    expect(kinds({ State: 'dropped' }, { Attempts: [delayed] }).slice(-2)).toEqual(['attempt', 'dropped']);
  });
  it('puts events in the order of their times, those without one last', () => {
    const event = (EventId: number, Event: string, QueueTime: string) => ({ EventId, Event, QueueTime, State: 'accepted', Answer: '200' });
    const seen = { WebhookEvents: [event(2, 'open', '2026-03-01 09:30:00'), event(1, 'delivered', '2026-03-01 09:10:01')] };
    expect(kinds({ UserOpened: true, UserClicked: true }, seen).slice(5)).toEqual(['told', 'opened', 'told', 'clicked']);
  });
});

describe('the command whose reply decided', () => {
  it('is named with an address that is known, and only when a server was asked', () => {
    expect(commandOf({ ...delayed, Stage: 'mail' }, 'b')).toBe('MAIL FROM');
    expect(commandOf(delayed, 'b@post.example')).toBe('RCPT TO:<b@post.example>');
    expect(commandOf({ ...delayed, Stage: 'connect' }, 'b')).toBeUndefined();
    expect(commandOf({ ...delayed, Host: 'sandbox' }, 'b')).toBeUndefined();
  });
});
