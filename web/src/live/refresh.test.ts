// @vitest-environment jsdom
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { callKey } from '../api/query';
import { kLive, Refresher } from './refresh';

let client: QueryClient;
let refresher: Refresher;
let unwatch: (() => void)[];

beforeEach(() => {
  vi.useFakeTimers();
  client = new QueryClient({ defaultOptions: { queries: { staleTime: 5_000, retry: false } } });
  refresher = new Refresher(client);
  unwatch = [];
});
afterEach(() => {
  refresher.stop();
  for (const stop of unwatch) stop();
  client.clear();
  vi.useRealTimers();
});

/** A shown answer; its reads, of which each lasts `ms`. */
async function show(action: string, meta: Record<string, unknown> = kLive, ms = 0): Promise<{ reads: number }> {
  const seen = { reads: 0 };
  const observer = new QueryObserver(client, {
    queryKey: callKey(action),
    queryFn: async () => {
      seen.reads += 1;
      if (ms > 0) await new Promise((done) => setTimeout(done, ms));
      return seen.reads;
    },
    meta,
  });
  unwatch.push(observer.subscribe(() => undefined));
  await vi.advanceTimersByTimeAsync(ms);
  return seen;
}

const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('events', () => {
  it('read the answers again that they are about, at once and then once a second', async () => {
    const tasks = await show('ListSendTasks');
    const inbox = await show('ListInboxMails');
    refresher.changed('tasks');
    await wait(1);
    expect([tasks.reads, inbox.reads]).toEqual([2, 1]);
    for (let i = 0; i < 5; i += 1) {
      refresher.changed('tasks');
      await wait(100);
    }
    expect(tasks.reads).toBe(2);
    await wait(600);
    expect(tasks.reads).toBe(3);
    await wait(10_000);
    expect([tasks.reads, inbox.reads]).toEqual([3, 1]);
  });

  it('leave alone what may not move under the pointer, but it counts as old', async () => {
    const list = await show('ListInboxMails', {});
    refresher.changed('inbox');
    await wait(2_000);
    expect(list.reads).toBe(1);
    expect(client.getQueryCache().findAll({ stale: true })).toHaveLength(1);
  });

  it('leave alone an answer that is not to be repeated, whatever it was read for', async () => {
    const short = await show('ListMails', { ...kLive, repeats: (reads: number) => reads < 2 });
    refresher.changed('messages');
    await wait(1);
    expect(short.reads).toBe(2);
    refresher.changed('messages');
    await wait(5_000);
    refresher.reset();
    await wait(1);
    expect(short.reads).toBe(2);
  });

  it('keep the pace of an answer that is much work, and hold up no other of the topic', async () => {
    const report = await show('GetStatisticsReport', { ...kLive, paceMs: 30_000 });
    const quick = await show('GetTrackingReport');
    await wait(1_000);
    for (let second = 0; second < 10; second += 1) {
      refresher.changed('counters');
      await wait(1_000);
    }
    expect(report.reads).toBe(1);
    expect(quick.reads).toBeGreaterThan(8);
    await wait(20_000);
    expect(report.reads).toBe(2);
  });

  it('that come while an answer is being read have it read once more', async () => {
    const slow = await show('ListSendTasks', kLive, 400);
    expect(slow.reads).toBe(1);
    refresher.changed('tasks');
    await wait(100);
    refresher.changed('tasks');
    await wait(5_000);
    expect(slow.reads).toBe(3);
  });

  it('that begin again have asked again what the server did not answer', async () => {
    const tasks = await show('ListSendTasks', {});
    const query = client.getQueryCache().find({ queryKey: callKey('ListSendTasks') })!;
    query.setState({ status: 'error', error: new Error('away') });
    refresher.recover();
    await wait(1);
    expect(tasks.reads).toBe(2);
    refresher.recover();
    await wait(1);
    expect(tasks.reads).toBe(2);
  });

  it('that may have been missed have everything read again', async () => {
    const tasks = await show('ListSendTasks');
    const inbox = await show('ListInboxMails');
    const limits = await show('GetLimits', {});
    refresher.reset();
    await wait(1);
    expect([tasks.reads, inbox.reads, limits.reads]).toEqual([2, 2, 1]);
  });
});
