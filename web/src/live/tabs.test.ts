// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Tabs, type LiveListener } from './tabs';

class FakeSource extends EventTarget {
  static open: FakeSource[] = [];
  onerror: (() => void) | null = null;
  constructor(readonly url: string) {
    super();
    FakeSource.open.push(this);
  }
  close(): void {
    FakeSource.open = FakeSource.open.filter((other) => other !== this);
  }
  say(name: string, data: object, id: string): void {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data), lastEventId: id }));
  }
}

/** A channel that delivers within the test's own clock. */
class FakeChannel {
  static all = new Set<FakeChannel>();
  onmessage: ((event: { data: unknown }) => void) | null = null;
  constructor(readonly name: string) {
    FakeChannel.all.add(this);
  }
  postMessage(data: unknown): void {
    for (const other of FakeChannel.all)
      if (other !== this && other.name === this.name) setTimeout(() => other.onmessage?.({ data }));
  }
  close(): void {
    FakeChannel.all.delete(this);
  }
}

/** One holder at a time, the others in the order in which they came. */
class FakeLocks {
  private last: Promise<unknown> = Promise.resolve();
  request(_: string, options: { signal: AbortSignal }, work: () => Promise<void>): Promise<void> {
    const before = this.last;
    const run = (async () => {
      await before;
      if (!options.signal.aborted) await work();
    })();
    this.last = run;
    return run;
  }
}

interface Seen extends LiveListener {
  readonly states: string[];
  readonly topics: string[];
}

function listener(): Seen {
  const states: string[] = [];
  const topics: string[] = [];
  return {
    states,
    topics,
    onState: (state) => states.push(state),
    onTopic: (topic) => topics.push(topic),
    onReset: () => topics.push('RESET'),
    onEnded: () => topics.push('ENDED'),
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeSource.open = [];
  FakeChannel.all.clear();
  vi.stubGlobal('EventSource', FakeSource);
  vi.stubGlobal('BroadcastChannel', FakeChannel);
  Object.defineProperty(navigator, 'locks', { value: new FakeLocks(), configurable: true });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const settle = (ms = 1_000) => vi.advanceTimersByTimeAsync(ms);

describe('the tabs of a browser', () => {
  it('share one stream for what all of them want', async () => {
    const [a, b] = [listener(), listener()];
    const first = new Tabs('s', a);
    const second = new Tabs('s', b);
    first.want(['inbox', 'session']);
    second.want(['session', 'task:7']);
    await settle();
    expect(FakeSource.open.map((source) => source.url)).toEqual(['/console/events?topics=inbox,session,task%3A7']);
    FakeSource.open[0]!.say('ready', { topics: ['inbox', 'session', 'task:7'] }, 'e-1');
    FakeSource.open[0]!.say('message', { topic: 'task:7' }, 'e-2');
    await settle();
    expect([a.states.at(-1), b.states.at(-1)]).toEqual(['connected', 'connected']);
    expect([a.topics, b.topics]).toEqual([['task:7'], ['task:7']]);
    FakeSource.open[0]!.say('session', { ended: true }, '');
    await settle();
    expect([a.topics.at(-1), b.topics.at(-1)]).toEqual(['ENDED', 'ENDED']);
    first.close();
    second.close();
  });

  it('hand the stream on when its tab is closed, from the last event on', async () => {
    const b = listener();
    const first = new Tabs('s', listener());
    const second = new Tabs('s', b);
    first.want(['inbox']);
    second.want(['tasks']);
    await settle();
    FakeSource.open[0]!.say('message', { topic: 'tasks' }, 'e-9');
    await settle();
    first.close();
    await settle();
    expect(FakeSource.open.map((source) => source.url)).toEqual(['/console/events?topics=tasks&after=e-9']);
    second.close();
    expect(FakeSource.open).toEqual([]);
  });

  it('say that they poll while the server gives no stream, and that they reconnect when it is away', async () => {
    let status = 200;
    vi.stubGlobal('fetch', async () => {
      if (status === 0) throw new TypeError('away');
      return { status };
    });
    const a = listener();
    const tabs = new Tabs('s', a);
    tabs.want(['inbox']);
    await settle();
    const fail = async () => {
      FakeSource.open[0]!.onerror?.();
      await settle(0);
      const state = a.states.at(-1);
      while (FakeSource.open.length === 0) await settle();
      return state;
    };
    expect(await fail()).toBe('reconnecting');
    expect(await fail()).toBe('polling');
    expect(await fail()).toBe('polling');
    expect(a.states.slice(a.states.indexOf('polling'))).not.toContain('reconnecting');
    status = 0;
    expect(await fail()).toBe('reconnecting');
    status = 200;
    expect(await fail()).toBe('polling');
    tabs.close();
  });

  it('drop what nobody wants after a while, and ask for more soon', async () => {
    const tabs = new Tabs('s', listener());
    tabs.want(['inbox', 'tasks']);
    await settle();
    tabs.want(['inbox']);
    await settle();
    expect(FakeSource.open[0]!.url).toContain('tasks');
    await settle(20_000);
    expect(FakeSource.open[0]!.url).toBe('/console/events?topics=inbox');
    tabs.want(['inbox', 'blocks']);
    await settle();
    expect(FakeSource.open).toHaveLength(1);
    expect(FakeSource.open[0]!.url).toContain('topics=blocks,inbox');
    tabs.close();
  });

  it('that cannot share have a stream each, which a hidden one gives up', async () => {
    vi.stubGlobal('BroadcastChannel', undefined);
    const [first, second] = [new Tabs('s', listener()), new Tabs('s', listener())];
    expect(first.alone).toBe(true);
    first.want(['inbox']);
    second.want(['inbox']);
    await settle();
    expect(FakeSource.open).toHaveLength(2);
    first.want([]);
    await settle(20_000);
    expect(FakeSource.open).toHaveLength(1);
    first.want(['inbox']);
    await settle();
    expect(FakeSource.open).toHaveLength(2);
    first.close();
    second.close();
  });
});
