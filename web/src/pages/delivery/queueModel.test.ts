import { describe, expect, it } from 'vitest';

import type { Session } from '../../api/session';
import { faultOf, longestOf, mayEnd, paramsOf, queuePath, scopeOfPause, sumOf, type Pause, type Queue } from './queueModel';

const queue = (more: Partial<Queue>): Queue => ({
  Domain: 'shop.example', AppId: 1250000001, Urgent: false, WaitingCount: 3, NextAttemptTime: '2026-03-01 09:21:40',
  OldestTime: '2026-03-01 09:00:03', Ages: [0, 0, 3, 0, 0, 0, 0], PausedSince: '', PausedUntil: '', PauseReason: '', Reply: '', ...more,
});
const pause = (more: Partial<Pause>): Pause => ({ Domain: 'shop.example', AppId: 0, SinceTime: '2026-03-01 09:00:00', UntilTime: '', Reason: 'x', ...more });
const session = (more: Partial<Session>) => ({ account: '1250000001', administers: false, actions: ['sesame:*Delivery'], ...more }) as Session;

describe('the queues of a domain', () => {
  it('are summed, with the oldest mail and the one that is due first', () => {
    const sum = sumOf([
      queue({}),
      queue({ Urgent: true, WaitingCount: 2, NextAttemptTime: '2026-03-01 09:05:00', OldestTime: '2026-03-01 09:04:00', Ages: [1, 0, 0, 0, 0, 0, 1] }),
    ]);
    expect(sum.waiting).toBe(5);
    expect(sum.ages).toEqual([1, 0, 3, 0, 0, 0, 1]);
    expect(sum.oldest?.toISOString()).toBe('2026-03-01T01:00:03.000Z');
    expect(sum.next?.toISOString()).toBe('2026-03-01T01:05:00.000Z');
  });
  it('are none', () => {
    expect(sumOf([])).toEqual({ waiting: 0, oldest: undefined, next: undefined, ages: [0, 0, 0, 0, 0, 0, 0] });
  });
});

describe('whose mail to where', () => {
  it('is asked for by what is named only, and the number of an account stays exact', () => {
    expect(paramsOf({ domain: 'shop.example', account: '' })).toEqual({ Domain: 'shop.example', AppId: undefined });
    expect(paramsOf({ domain: '', account: '9007199254740993' })).toEqual({ Domain: undefined, AppId: 9007199254740993n });
  });
  it('is ended by what the pause was made with', () => {
    expect(scopeOfPause(pause({}))).toEqual({ domain: 'shop.example', account: '' });
    expect(scopeOfPause(pause({ Domain: '', AppId: 1250000002n }))).toEqual({ domain: '', account: '1250000002' });
  });
  it('has a page of its own', () => {
    expect(queuePath({ domain: '[192.0.2.1]', account: '1250000001' })).toBe('/delivery/queues/%5B192.0.2.1%5D?account=1250000001');
    expect(queuePath({ domain: 'a.example', account: '' })).toBe('/delivery/queues/a.example');
  });
});

describe('a pause', () => {
  it('that lasts longest decides, and one without an end lasts longest', () => {
    const [short, long, forever] = [pause({ UntilTime: '2026-03-01 10:00:00' }), pause({ UntilTime: '2026-03-02 10:00:00' }), pause({ AppId: 1 })];
    expect(longestOf([short, long])).toBe(long);
    expect(longestOf([long, forever, short])).toBe(forever);
    expect(longestOf([])).toBeUndefined();
  });
  it('of every account is ended by who manages them, one of an account by its people, too', () => {
    const tenant = session({});
    expect(mayEnd(tenant, pause({ AppId: 1250000001n }))).toBe(true);
    expect(mayEnd(tenant, pause({}))).toBe(false);
    expect(mayEnd(session({ administers: true, actions: ['*'] }), pause({}))).toBe(true);
  });
  it('needs something to hold, an end in the future or none, and a reason', () => {
    const now = new Date('2026-03-01T01:00:00Z');
    const later = new Date('2026-03-01T02:00:00Z');
    const domain = { domain: 'shop.example', account: '' };
    expect(faultOf({ domain: '', account: '' }, 'never', 'x', now)).toBe('nothing');
    expect(faultOf(domain, undefined, 'x', now)).toBe('noTime');
    expect(faultOf(domain, now, 'x', now)).toBe('past');
    expect(faultOf(domain, later, '  ', now)).toBe('noReason');
    expect(faultOf(domain, later, 'x', now)).toBeUndefined();
    expect(faultOf({ domain: '', account: '1' }, 'never', 'x', now)).toBeUndefined();
  });
});
