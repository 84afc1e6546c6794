import { describe, expect, it } from 'vitest';

import { areCaps, capsOf, fieldsOf, hasCaps, isCap, kNoCaps } from './capFields';
import { kEmptyDraft } from './model';
import { orderOf } from './startTask';

describe('the caps of a task', () => {
  it('are whole numbers in the bounds of the API, or nothing', () => {
    for (const good of ['', '1', '500', '1000000000']) expect(isCap('perHour', good), good).toBe(true);
    for (const bad of ['0', '-1', '1.5', '1e3', ' 5', '1000000001', '99999999999']) expect(isCap('perDay', bad), bad).toBe(false);
    expect(isCap('over', '720')).toBe(true);
    expect(isCap('over', '721')).toBe(false);
    expect(areCaps({ perHour: '5', perDay: '', over: 'x' })).toBe(false);
  });

  it('are the same in a form and in the API', () => {
    const caps = { MailsPerHour: 500, MailsPerDay: 0, SpreadHours: 8 };
    expect(fieldsOf(caps)).toEqual({ perHour: '500', perDay: '', over: '8' });
    expect(capsOf(fieldsOf(caps))).toEqual(caps);
    expect(hasCaps(caps)).toBe(true);
    expect(hasCaps(capsOf(kNoCaps))).toBe(false);
  });
});

describe('the order of a task', () => {
  const now = new Date('2026-12-01T08:00:00Z');

  it('is the draft itself when nothing caps it', () => {
    expect(orderOf(kEmptyDraft, now)).toBe(kEmptyDraft);
  });

  it('is much later when its caps are still to be set', () => {
    const month = now.getTime() + 29 * 86_400_000;
    const order = orderOf({ ...kEmptyDraft, perHour: '5' }, now);
    expect(order.when).toBe('timed');
    expect(new Date(order.begin).getTime()).toBeGreaterThan(month);
    const recurring = orderOf({ ...kEmptyDraft, when: 'recurring', begin: '2027-03-01T09:00', over: '5' }, now);
    expect(recurring.when).toBe('recurring');
    expect(new Date(recurring.begin).getTime()).toBeGreaterThan(new Date('2027-03-29T09:00').getTime());
  });
});
