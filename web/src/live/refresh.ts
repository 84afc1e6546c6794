// Events of the stream become reads: an answer that is kept up to date is read again, at most once a second; other answers
// count as old from then on.
import type { Query, QueryClient } from '@tanstack/react-query';

import { topicsOfQuery } from './topics';

/** A topic is read again at once, and then not more often than this. */
const kPaceMs = 1_000;
/** A read that was under way when the event came may have seen the state before it. */
const kAgainMs = 250;

/** Marks a query whose answer is kept up to date (useLiveOptions). */
export const kLive = { live: true } as const;

export class Refresher {
  private readonly waiting = new Map<string, { timer: ReturnType<typeof setTimeout>; at: number }>();
  private readonly readAt = new Map<string, number>();

  constructor(private readonly client: QueryClient) {}

  changed(topic: string): void {
    const since = Date.now() - (this.readAt.get(topic) ?? 0);
    this.plan(topic, Math.max(0, kPaceMs - since));
  }

  /** Reads everything again that is kept up to date. */
  reset(): void {
    void this.client.invalidateQueries({ predicate: (query) => topicsOfQuery(query).length > 0, refetchType: 'none' });
    void this.client.refetchQueries({ type: 'active', predicate: (query) => isLive(query) });
  }

  /** The server is back: what it did not answer is asked again. */
  recover(): void {
    void this.client.refetchQueries({ type: 'active', predicate: (query) => query.state.status === 'error' });
  }

  stop(): void {
    for (const plan of this.waiting.values()) clearTimeout(plan.timer);
    this.waiting.clear();
  }

  /** Reads the topic after the delay, or sooner where that is planned already. */
  private plan(topic: string, delayMs: number): void {
    const at = Date.now() + delayMs;
    const before = this.waiting.get(topic);
    if (before && before.at <= at) return;
    clearTimeout(before?.timer);
    const timer = setTimeout(() => {
      this.waiting.delete(topic);
      this.read(topic);
    }, delayMs);
    this.waiting.set(topic, { timer, at });
  }

  private read(topic: string): void {
    this.readAt.set(topic, Date.now());
    const now = Date.now();
    const isAbout = (query: Query) => topicsOfQuery(query).includes(topic);
    void this.client.invalidateQueries({ predicate: isAbout, refetchType: 'none' });
    // A hidden page is read when somebody looks at it again: then its answers are old.
    if (document.hidden) return;
    let again = Number.POSITIVE_INFINITY;
    const due = new Set<Query>();
    for (const query of this.client.getQueryCache().findAll({ type: 'active', predicate: isAbout })) {
      if (!isLive(query)) continue;
      const wait = query.state.fetchStatus === 'fetching' ? kAgainMs : paceOf(query) - (now - query.state.dataUpdatedAt);
      if (wait <= 0) due.add(query);
      else again = Math.min(again, wait);
    }
    void this.client.refetchQueries({ predicate: (query) => due.has(query) }, { cancelRefetch: false });
    if (Number.isFinite(again)) this.plan(topic, Math.max(again, kAgainMs));
  }
}

/** Milliseconds between two reads, where a page has many of a kind. */
function paceOf(query: Query): number {
  return typeof query.meta?.paceMs === 'number' ? query.meta.paceMs : 0;
}

function isLive(query: Query): boolean {
  if (query.meta?.live !== true || !query.isActive()) return false;
  const { repeats } = query.meta;
  return typeof repeats !== 'function' || query.state.data === undefined || repeats(query.state.data) === true;
}
