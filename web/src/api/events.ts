import { useEffect, useRef, useSyncExternalStore } from 'react';

/** One event of GET /console/events. `data` holds ids and counters, never content. */
export interface ServerEvent {
  topic: string;
  data: { [name: string]: unknown };
}

export type StreamState = 'connected' | 'connecting' | 'lost' | 'idle';

type Listener = (event: ServerEvent) => void;

const kHiddenMs = 60_000;
const kRetryMs = [1_000, 2_000, 4_000, 8_000, 15_000];

/**
 * The one event stream of this tab: open while a page listens to a topic and the tab is visible. Opened anew when the
 * topics change; after a loss it tries again, later each time.
 */
class EventStream {
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly watchers = new Set<() => void>();
  private source: EventSource | undefined;
  private opened = '';
  private losses = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private hiding: ReturnType<typeof setTimeout> | undefined;
  private planned = false;
  state: StreamState = 'idle';
  /** Unix milliseconds of the last sign of life. */
  since = 0;

  constructor() {
    if (typeof document === 'undefined') return;
    document.addEventListener('visibilitychange', () => {
      clearTimeout(this.hiding);
      if (document.hidden) this.hiding = setTimeout(() => this.close('idle'), kHiddenMs);
      else this.plan();
    });
  }

  listen(topic: string, listener: Listener): () => void {
    const set = this.listeners.get(topic) ?? new Set();
    set.add(listener);
    this.listeners.set(topic, set);
    this.plan();
    return () => {
      set.delete(listener);
      if (set.size === 0) this.listeners.delete(topic);
      this.plan();
    };
  }

  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** Tries at once, not only after the pause. */
  connectNow(): void {
    clearTimeout(this.retry);
    this.close('connecting');
    this.plan();
  }

  // Pages that appear and vanish together change the topics several times in one turn; the stream is opened once.
  private plan(): void {
    if (this.planned) return;
    this.planned = true;
    queueMicrotask(() => {
      this.planned = false;
      this.open();
    });
  }

  private open(): void {
    const topics = [...this.listeners.keys()].sort().join(',');
    if (topics === '') return this.close('idle');
    if (document.hidden && !this.source) return;
    if (this.source && topics === this.opened) return;
    this.close('connecting');
    this.opened = topics;
    const source = new EventSource(`/console/events?topics=${encodeURIComponent(topics)}`);
    this.source = source;
    source.onopen = () => {
      this.losses = 0;
      this.say('connected');
    };
    source.onmessage = (message) => this.hand(message);
    source.addEventListener('reset', () => this.reset());
    source.addEventListener('session', (message) => this.hand(message as MessageEvent<string>, 'session'));
    source.onerror = () => {
      this.close('lost');
      const wait = kRetryMs[Math.min(this.losses, kRetryMs.length - 1)];
      this.losses += 1;
      this.retry = setTimeout(() => this.plan(), wait);
    };
  }

  private hand(message: MessageEvent<string>, topic?: string): void {
    this.since = Date.now();
    let data: { [name: string]: unknown };
    try {
      data = JSON.parse(message.data) as typeof data;
    } catch {
      return;
    }
    const name = topic ?? String(data.topic ?? '');
    for (const listener of this.listeners.get(name) ?? []) listener({ topic: name, data });
  }

  // The server no longer has the events in between: every listener reads its values again.
  private reset(): void {
    for (const [topic, set] of this.listeners) for (const listener of set) listener({ topic, data: { reset: true } });
  }

  private close(state: StreamState): void {
    clearTimeout(this.retry);
    this.source?.close();
    this.source = undefined;
    this.opened = '';
    this.say(state);
  }

  private say(state: StreamState): void {
    if (state === 'connected') this.since = Date.now();
    if (this.state === state) return;
    this.state = state;
    for (const watcher of this.watchers) watcher();
  }
}

export const stream = new EventStream();

/** Calls `listener` for each event of the topic while the component is shown; `reset` in the data means: read again. */
export function useTopic(topic: string | undefined, listener: Listener): void {
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => (topic ? stream.listen(topic, (event) => latest.current(event)) : undefined), [topic]);
}

export function useStreamState(): StreamState {
  return useSyncExternalStore(
    (watcher) => stream.watch(watcher),
    () => stream.state,
  );
}
