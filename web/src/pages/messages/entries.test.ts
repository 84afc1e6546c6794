import { describe, expect, it } from 'vitest';

import { commandOf, timeLineOf } from './entries';
import type { MailAttempt, Story } from './mailStory';
import type { MailRow } from './model';

const row: MailRow = {
  MessageId: 'sesame-100001-date-20260301090000-9aT2kQm4ZxLp1', ToEmailAddress: 'ann@shop.example',
  FromEmailAddress: 'news@mail.shop.example', SendStatus: 0, DeliverStatus: 1, DeliverMessage: '250 ok', RequestTime: 100,
  DeliverTime: 103, UserOpened: false, UserClicked: false, UserUnsubscribed: false, UserComplained: false,
};

const delayed: MailAttempt = {
  Number: 1, Time: '2026-03-01 09:00:00', DurationMs: 71, Host: 'mx.shop.example[192.0.2.25]:25', Tls: 'clear', Stage: 'rcpt',
  Result: 'deferred', ReplyCode: 451, Reply: '451 4.7.1 greylisted', Reason: '', Class: '', Rule: '',
};

const story: Story = {
  Mail: {
    Subject: 's', State: 'delivered', Reason: '', TaskId: 0, TemplateID: 1, Attempts: 2, FirstAttemptTime: '2026-03-01 09:00:00',
    NextAttemptTime: '', Class: '',
  },
  HeaderMessageId: '', Rule: '', InboxMailId: 0, ReturnedMails: [], WebhookEvents: [],
  Attempts: [delayed, { ...delayed, Number: 2, Time: '2026-03-01 09:10:00', Stage: 'dot', Result: 'delivered', ReplyCode: 250, Reply: '250 ok' }],
};

const kinds = (ofRow: MailRow, ofStory?: Story) => timeLineOf(ofRow, ofStory).map((entry) => entry.kind);

describe('a time line', () => {
  it('tells of each attempt when the next one was', () => {
    const line = timeLineOf(row, story);
    expect(line.map((entry) => entry.kind)).toEqual(['requested', 'checked', 'rendered', 'attempt', 'attempt']);
    expect(line[3]?.next?.toISOString()).toBe('2026-03-01T01:10:00.000Z');
    expect(line[4]?.next).toBeUndefined();
  });
  it('ends with the next try of a delayed mail', () => {
    const waiting = { ...story, Attempts: [delayed], Mail: { ...story.Mail, State: 'deferred', Attempts: 1, NextAttemptTime: '2026-03-01 09:10:00' } };
    const line = timeLineOf({ ...row, DeliverStatus: 8 }, waiting);
    expect(line.at(-1)?.kind).toBe('nextTry');
    expect(line.at(-1)?.at).toEqual(line.at(-2)?.next);
  });
  it('tells the outcome of the row where attempts are not kept', () => {
    expect(kinds(row)).toEqual(['requested', 'delivered']);
    expect(kinds({ ...row, DeliverStatus: 3 }, { ...story, Attempts: [] })).toEqual(['requested', 'checked', 'rendered', 'refused']);
    expect(kinds({ ...row, DeliverStatus: 0 }, { ...story, Attempts: [], Mail: { ...story.Mail, Attempts: 0 } })).toEqual(['requested', 'waiting']);
  });
  it('of a withheld mail has no checks that passed and no attempt', () => {
    expect(kinds({ ...row, SendStatus: 1007, DeliverStatus: 2 }, { ...story, Attempts: [], Mail: { ...story.Mail, Attempts: 0 } })).toEqual(['requested', 'withheld']);
  });
  it('says that a mail was given up behind its attempts', () => {
    expect(kinds({ ...row, DeliverStatus: 2 }, { ...story, Attempts: [delayed] }).slice(-2)).toEqual(['attempt', 'dropped']);
  });
  it('puts events in the order of their times, those without one last', () => {
    const event = (EventId: number, Event: string, QueueTime: string) => ({ EventId, Event, QueueTime, State: 'accepted', Answer: '200' });
    const seen = { ...story, WebhookEvents: [event(2, 'open', '2026-03-01 09:30:00'), event(1, 'delivered', '2026-03-01 09:10:01')] };
    expect(kinds({ ...row, UserOpened: true, UserClicked: true }, seen).slice(5)).toEqual(['told', 'opened', 'told', 'clicked']);
  });
});

describe('the command whose reply decided', () => {
  it('is named with its address, and only when a server was asked', () => {
    expect(commandOf(delayed, 'a@shop.example', 'b@post.example')).toBe('RCPT TO:<b@post.example>');
    expect(commandOf({ ...delayed, Stage: 'connect' }, 'a', 'b')).toBeUndefined();
    expect(commandOf({ ...delayed, Host: 'sandbox' }, 'a', 'b')).toBeUndefined();
  });
});
