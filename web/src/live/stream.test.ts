import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Stream, type StreamListener } from './stream';

/** An EventSource whose events the test makes. */
class FakeSource extends EventTarget {
  static made: FakeSource[] = [];
  onerror: (() => void) | null = null;
  closed = false;
  constructor(readonly url: string) {
    super();
    FakeSource.made.push(this);
  }
  close(): void {
    this.closed = true;
  }
  say(name: string, data: object, id = ''): void {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data), lastEventId: id }));
  }
}

const last = () => FakeSource.made[FakeSource.made.length - 1]!;
let said: string[];
let status: number;
const listener: StreamListener = {
  onReady: (topics) => said.push(`ready ${topics.join()}`),
  onTopic: (topic) => said.push(topic),
  onReset: () => said.push('reset'),
  onEnded: () => said.push('ended'),
  onDown: (why) => said.push(why === 'asked' ? 'down' : why),
};

beforeEach(() => {
  vi.useFakeTimers();
  said = [];
  status = 200;
  FakeSource.made = [];
  vi.stubGlobal('EventSource', FakeSource);
  vi.stubGlobal('fetch', async () => {
    if (status === 0) throw new TypeError('away');
    return { status };
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const settle = () => vi.advanceTimersByTimeAsync(0);

describe('a stream', () => {
  it('tells what it hears, and remembers the last event', () => {
    const stream = new Stream(listener);
    stream.open(['inbox', 'dns:a.example']);
    expect(last().url).toBe('/console/events?topics=inbox,dns%3Aa.example');
    last().say('ready', { topics: ['inbox'] }, 'e-1');
    last().say('message', { topic: 'inbox' }, 'e-2');
    last().say('reset', {});
    last().dispatchEvent(new MessageEvent('message', { data: 'no json' }));
    expect(said).toEqual(['ready inbox', 'inbox', 'reset']);
    expect(stream.lastId).toBe('e-2');
    stream.open(['inbox', 'tasks']);
    expect(last().url).toBe('/console/events?topics=inbox,tasks&after=e-2');
    expect(FakeSource.made[0]!.closed).toBe(true);
    FakeSource.made[0]!.say('message', { topic: 'late' });
    expect(said).not.toContain('late');
  });

  it('is opened again after a pause that grows, and at once when the network is back', async () => {
    const stream = new Stream(listener);
    status = 0;
    stream.open(['inbox']);
    last().onerror?.();
    await settle();
    expect(said).toEqual(['down', 'silent']);
    await vi.advanceTimersByTimeAsync(2_999);
    expect(FakeSource.made).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(800);
    expect(FakeSource.made).toHaveLength(2);
    last().onerror?.();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(FakeSource.made).toHaveLength(2);
    stream.hurry();
    expect(FakeSource.made).toHaveLength(3);
    stream.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSource.made).toHaveLength(3);
  });

  it('says when the server answers and gives no stream', async () => {
    const stream = new Stream(listener);
    stream.open(['inbox']);
    last().onerror?.();
    await vi.advanceTimersByTimeAsync(4_000);
    last().onerror?.();
    await settle();
    expect(said).toEqual(['down', 'down', 'refused']);
    stream.close();
  });

  it('ends with the session, by its event or by the answer to a question', async () => {
    const one = new Stream(listener);
    one.open(['inbox']);
    last().say('session', { ended: true });
    expect(said).toEqual(['ended']);
    const two = new Stream(listener);
    two.open(['inbox']);
    status = 401;
    last().onerror?.();
    await settle();
    expect(said).toEqual(['ended', 'down', 'ended']);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSource.made).toHaveLength(2);
  });

  it('that is silent for long is dead', async () => {
    const stream = new Stream(listener);
    stream.open(['inbox']);
    last().say('ready', { topics: [] });
    await vi.advanceTimersByTimeAsync(35_000);
    last().say('beat', {});
    await vi.advanceTimersByTimeAsync(35_000);
    expect(said).not.toContain('down');
    await vi.advanceTimersByTimeAsync(15_000);
    expect(said).toContain('down');
    stream.close();
  });
});
