import { describe, expect, it } from 'vitest';

import { addDays, domainOf, isDay, settled, type Mail } from './model';

describe('days', () => {
  it('are counted over the ends of months', () => {
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
    expect(isDay('2026-02-28')).toBe(true);
    expect(isDay('28.2.2026')).toBe(false);
  });
});

describe('the domain of an address', () => {
  it('stands behind its last @', () => {
    expect(domainOf('ann@shop.example')).toBe('shop.example');
    expect(domainOf('"a@b"@shop.example')).toBe('shop.example');
    expect(domainOf('a•••@shop.example')).toBe('shop.example');
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
