import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';

import { surroundings } from '../api/call';
import type { Json } from '../api/json';
import { kLive, Refresher } from './refresh';
import { Tabs, type LiveState } from './tabs';
import { isAlsoPolled, kListTopics, topicsOf, topicsOfQuery } from './topics';

export type { LiveState } from './tabs';

export interface Live {
  readonly state: LiveState;
  /** What changes are told of at this moment. */
  readonly topics: readonly string[];
  /** Unix milliseconds of the last moment at which the stream was open; undefined before the first. */
  readonly connectedAt: number | undefined;
}

/** A hidden tab is told of its session only, after this time. */
const kHiddenMs = 60_000;
const kSessionOnly: readonly string[] = ['session'];

let live: Live = { state: 'connecting', topics: [], connectedAt: undefined };
const watchers = new Set<() => void>();

function become(state: LiveState, topics: readonly string[]): void {
  const connected = state === 'connected' || live.state === 'connected';
  live = { state, topics, connectedAt: connected ? Date.now() : live.connectedAt };
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** The state of the live connection. */
export function useLive(): Live {
  return useSyncExternalStore(watch, () => live);
}

/** How an answer is kept up to date. */
export interface Keep<T> {
  /** Milliseconds between two reads while no stream tells of changes; false: not now. */
  every: number | ((data: T | undefined) => number | false);
  /** Milliseconds between two reads that events ask for; left out: a second. For answers that are much work. */
  pace?: number | undefined;
  /** Whether this answer may be read again without being asked for; left out: always. */
  repeats?: ((data: T) => boolean) | undefined;
}

interface Asked<T> {
  readonly state: { readonly data?: T | undefined };
}

/** What a query that is kept up to date is made with. */
export interface LiveOptions<T> {
  refetchInterval: (query: Asked<T>) => number | false;
  refetchOnMount: (query: Asked<T>) => boolean;
  refetchOnWindowFocus: (query: Asked<T>) => boolean;
  refetchOnReconnect: (query: Asked<T>) => boolean;
  meta: { [name: string]: unknown };
}

/**
 * The options of every query that is kept up to date, whatever its key. Its answer, that of the action, is read again when the
 * event stream tells of a change of it, and at intervals only while no stream does.
 */
export function useLiveOptions(): <T>(action: string, params: { [name: string]: Json | undefined }, keep: Keep<T>) => LiveOptions<T> {
  const { state, topics } = useLive();
  return (action, params, keep) => {
    const own = topicsOf(action, params);
    const told =
      state === 'connected' && own.length > 0 && own.every((topic) => topics.includes(topic)) && !isAlsoPolled(action);
    const { every, pace = 0, repeats } = keep;
    const mayRepeat = (query: Asked<Parameters<NonNullable<typeof repeats>>[0]>) =>
      repeats === undefined || query.state.data === undefined || repeats(query.state.data);
    return {
      refetchInterval: (query) => {
        if (told || !mayRepeat(query)) return false;
        return typeof every === 'function' ? every(query.state.data) : every;
      },
      refetchOnMount: mayRepeat,
      refetchOnWindowFocus: mayRepeat,
      refetchOnReconnect: mayRepeat,
      meta: { ...kLive, topics: own, paceMs: pace, repeats },
    };
  };
}

/** The topics of the answers that the page shows and keeps up to date. */
function shownTopics(client: QueryClient): string[] {
  const topics = new Set(kListTopics);
  for (const query of client.getQueryCache().findAll({ type: 'active' })) {
    if (query.meta?.live === true) for (const topic of topicsOfQuery(query)) topics.add(topic);
  }
  return [...topics];
}

/** Keeps this browser's event stream open while somebody is logged in. */
export function useEventStream(csrf: string): void {
  const client = useQueryClient();
  useEffect(() => {
    const refresher = new Refresher(client);
    // The page's own secret tells sessions apart, and only a part of it names the channel.
    const tabs = new Tabs(`sesame.live.${csrf.slice(0, 8)}`, {
      onState: (state, topics) => {
        const back = state === 'connected' && (live.state === 'reconnecting' || live.state === 'polling');
        become(state, topics);
        if (back) refresher.recover();
      },
      onTopic: (topic) => refresher.changed(topic),
      onReset: () => refresher.reset(),
      onEnded: () => surroundings.onSessionEnded(),
    });
    let hidden: ReturnType<typeof setTimeout> | undefined;
    let asleep = false;
    const tell = () => tabs.want(asleep ? (tabs.alone ? [] : kSessionOnly) : shownTopics(client));
    let told = '';
    const tellWhenChanged = () => {
      const topics = shownTopics(client).join();
      if (topics === told) return;
      told = topics;
      tell();
    };
    const look = () => {
      clearTimeout(hidden);
      if (!document.hidden) {
        asleep = false;
        tell();
        return;
      }
      const sleep = () => {
        asleep = true;
        tell();
      };
      if (tabs.alone) sleep();
      else hidden = setTimeout(sleep, kHiddenMs);
    };
    // Queries come and go while a page renders: they are looked at together, afterwards.
    let planned = false;
    const unwatch = client.getQueryCache().subscribe((event) => {
      if (planned || (event.type !== 'observerAdded' && event.type !== 'observerRemoved')) return;
      planned = true;
      setTimeout(() => {
        planned = false;
        tellWhenChanged();
      });
    });
    const hurry = () => tabs.hurry();
    document.addEventListener('visibilitychange', look);
    window.addEventListener('online', hurry);
    tellWhenChanged();
    look();
    return () => {
      clearTimeout(hidden);
      unwatch();
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('online', hurry);
      refresher.stop();
      tabs.close();
      become('connecting', []);
    };
  }, [client, csrf]);
}
