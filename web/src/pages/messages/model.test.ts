import { describe, expect, it } from 'vitest';

import { addDays, dayOf, isDay, settled, type Mail, type MailRow } from './model';

const row: MailRow = {
  MessageId: 'sesame-100001-date-20260301090000-9aT2kQm4ZxLp1', ToEmailAddress: 'ann@shop.example',
  FromEmailAddress: 'news@mail.shop.example', SendStatus: 0, DeliverStatus: 1, DeliverMessage: '250 ok', RequestTime: 100,
  DeliverTime: 103, UserOpened: true, UserClicked: false, UserUnsubscribed: false, UserComplained: true,
};

describe('a mail', () => {
  it('tells its day in its MessageId', () => {
    expect(dayOf(row.MessageId)).toBe('2026-03-01');
    expect(dayOf('something else')).toBeUndefined();
  });
});

describe('days', () => {
  it('are counted over the ends of months', () => {
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
    expect(isDay('2026-02-28')).toBe(true);
    expect(isDay('28.2.2026')).toBe(false);
  });
});

describe('a list that is open', () => {
  const mail = (id: string, state = 'waiting') => ({ MessageId: id, ToEmailAddress: 'a@b.example', State: state }) as Mail;
  const ids = (rows: readonly Mail[]) => rows.map((row) => `${row.MessageId} ${row.State}`);
  it('keeps its rows, follows their states, and counts what is new', () => {
    const { rows, fresh } = settled([mail('b'), mail('a')], [mail('d'), mail('c'), mail('b', 'delivered'), mail('a')]);
    expect(ids(rows)).toEqual(['b delivered', 'a waiting']);
    expect(fresh).toBe(2);
  });
  it('shows the first mails at once', () => {
    expect(settled([], [mail('a')])).toEqual({ rows: [mail('a')], fresh: 0 });
    expect(settled(undefined, [mail('a')]).fresh).toBe(0);
  });
});
