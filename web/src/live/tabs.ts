// One event stream for all tabs of a browser: the tab that holds a lock opens it, for what all tabs want, and tells the
// others. Where locks are missing (a page over plain HTTP from another machine) each visible tab has a stream of its own.
import { Stream, type Down, type StreamListener } from './stream';

export type LiveState = 'connecting' | 'connected' | 'reconnecting' | 'polling';

export interface LiveListener {
  onState(state: LiveState, topics: readonly string[]): void;
  onTopic(topic: string): void;
  onReset(): void;
  onEnded(): void;
}

type Said =
  | { kind: 'want'; tab: string; topics: readonly string[] }
  | { kind: 'bye'; tab: string }
  | { kind: 'who' }
  | { kind: 'state'; state: LiveState; topics: readonly string[] }
  | { kind: 'topic'; topic: string; id: string }
  | { kind: 'reset'; id: string }
  | { kind: 'ended' };

/** New topics of several tabs and queries are asked for together. */
const kGrowMs = 150;
/** A topic that nobody wants is kept for a while: a page that is left is often opened again. */
const kShrinkMs = 15_000;
/** Tabs say again what they want; browsers let hidden tabs speak once a minute only. */
const kRepeatMs = 30_000;
const kForgottenMs = 200_000;

export class Tabs implements StreamListener {
  private readonly me = Math.random().toString(36).slice(2);
  private readonly channel: BroadcastChannel | undefined;
  private readonly wants = new Map<string, { topics: readonly string[]; at: number }>();
  private stream: Stream | undefined;
  private asked: readonly string[] = [];
  private granted: readonly string[] = [];
  private state: LiveState = 'connecting';
  private topics: readonly string[] = [];
  private lastId = '';
  private timer: ReturnType<typeof setTimeout> | undefined;
  private repeat: ReturnType<typeof setInterval> | undefined;
  private release: () => void = () => undefined;
  private readonly leaving = new AbortController();

  /** `name` is that of the session: another person's tabs have another stream. */
  constructor(
    name: string,
    private readonly listener: LiveListener,
  ) {
    if (typeof BroadcastChannel === 'undefined' || !navigator.locks) {
      this.lead();
      return;
    }
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = (event: MessageEvent<Said>) => this.hear(event.data);
    this.repeat = setInterval(() => this.announce(), kRepeatMs);
    this.say({ kind: 'who' });
    void navigator.locks
      .request(name, { signal: this.leaving.signal }, () => {
        this.lead();
        return new Promise<void>((done) => {
          this.release = done;
        });
      })
      .catch(() => undefined);
  }

  /** Whether each tab has a stream of its own, which a hidden one gives up. */
  get alone(): boolean {
    return this.channel === undefined;
  }

  /** What this tab wants to be told from now on. */
  want(topics: readonly string[]): void {
    this.topics = [...topics].sort();
    this.announce();
  }

  hurry(): void {
    this.stream?.hurry();
  }

  close(): void {
    this.say({ kind: 'bye', tab: this.me });
    this.leaving.abort();
    clearTimeout(this.timer);
    clearInterval(this.repeat);
    this.stream?.close();
    this.stream = undefined;
    this.release();
    this.channel?.close();
  }

  private say(said: Said): void {
    this.channel?.postMessage(said);
  }

  private announce(): void {
    if (this.stream) {
      this.wants.set(this.me, { topics: this.topics, at: Date.now() });
      this.plan();
    } else {
      this.say({ kind: 'want', tab: this.me, topics: this.topics });
    }
  }

  private lead(): void {
    this.stream = new Stream(this, this.lastId);
    // What the tab before this one had open, or was refused, is closed with it.
    if (this.state !== 'connecting') this.setState('reconnecting', []);
    this.say({ kind: 'who' });
    this.announce();
  }

  private hear(said: Said): void {
    switch (said.kind) {
      case 'who':
        if (this.stream) this.say({ kind: 'state', state: this.state, topics: this.granted });
        else this.announce();
        break;
      case 'want':
        if (!this.stream) break;
        if (!this.wants.has(said.tab)) this.say({ kind: 'state', state: this.state, topics: this.granted });
        this.wants.set(said.tab, { topics: said.topics, at: Date.now() });
        this.plan();
        break;
      case 'bye':
        if (this.wants.delete(said.tab)) this.plan();
        break;
      case 'state':
        this.setState(said.state, said.topics);
        break;
      case 'topic':
        this.lastId = said.id;
        this.listener.onTopic(said.topic);
        break;
      case 'reset':
        this.lastId = said.id;
        this.listener.onReset();
        break;
      case 'ended':
        this.listener.onEnded();
        break;
    }
  }

  private wanted(): string[] {
    const all = new Set<string>();
    for (const [tab, want] of this.wants) {
      if (tab !== this.me && Date.now() - want.at > kForgottenMs) this.wants.delete(tab);
      else for (const topic of want.topics) all.add(topic);
    }
    return [...all].sort();
  }

  private plan(): void {
    const wanted = this.wanted();
    if (wanted.join() === this.asked.join()) return;
    const grows = wanted.some((topic) => !this.asked.includes(topic));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), grows ? kGrowMs : kShrinkMs);
  }

  private open(): void {
    const wanted = this.wanted();
    if (wanted.join() === this.asked.join()) return;
    this.asked = wanted;
    if (wanted.length > 0) {
      this.stream?.open(wanted);
      return;
    }
    // A hidden tab with a stream of its own gives it up.
    const lastId = this.stream?.lastId ?? '';
    this.stream?.close();
    this.stream = new Stream(this, lastId);
    this.setState('connecting', []);
  }

  private setState(state: LiveState, topics: readonly string[]): void {
    this.state = state;
    this.granted = topics;
    this.listener.onState(state, topics);
  }

  onReady(topics: readonly string[]): void {
    this.setState('connected', topics);
    this.say({ kind: 'state', state: 'connected', topics });
  }

  onTopic(topic: string): void {
    this.say({ kind: 'topic', topic, id: this.stream?.lastId ?? '' });
    this.listener.onTopic(topic);
  }

  onReset(): void {
    this.say({ kind: 'reset', id: this.stream?.lastId ?? '' });
    this.listener.onReset();
  }

  onDown(why: Down): void {
    // A server that gave no stream is asked for one again and again: the word stays until it is known to be another.
    const state = why === 'refused' || (why === 'asked' && this.state === 'polling') ? 'polling' : 'reconnecting';
    this.setState(state, []);
    this.say({ kind: 'state', state, topics: [] });
  }

  onEnded(): void {
    this.say({ kind: 'ended' });
    this.listener.onEnded();
  }
}
