// One event stream of the server, opened again by itself. It knows nothing of tabs and pages.

export type Down = 'asked' | 'silent' | 'refused';

/** What a stream says to its owner. */
export interface StreamListener {
  /** The stream is open; these topics were granted. */
  onReady(topics: readonly string[]): void;
  onTopic(topic: string): void;
  /** Something may have been missed: everything is to be read again. */
  onReset(): void;
  /** The person's session has ended. */
  onEnded(): void;
  /**
   * The stream is down: `silent` when the server does not answer, `refused` when it answers but gives no stream, and
   * `asked` until that is known.
   */
  onDown(why: Down): void;
}

const kFirstPauseMs = 3_000;
const kLastPauseMs = 30_000;
/** The server says something every 15 seconds; a stream that is silent for longer is dead. */
const kSilenceMs = 40_000;
/** Down for so many tries, while the server answers otherwise: streams are not to be had. */
const kRefusedFrom = 2;

export class Stream {
  private source: EventSource | undefined;
  private topics: readonly string[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setInterval> | undefined;
  private failures = 0;
  private heardAt = 0;
  private closed = false;

  /** `lastId`: of the last event that another tab has seen. */
  constructor(
    private readonly listener: StreamListener,
    public lastId = '',
  ) {}

  /** Opens the stream, or opens it with other topics; what happens in between is told afterwards. */
  open(topics: readonly string[]): void {
    if (this.closed) return;
    this.topics = topics;
    this.connect();
  }

  /** Tries at once: the network has come back. */
  hurry(): void {
    if (!this.closed && this.topics.length > 0 && this.source === undefined) this.connect();
  }

  close(): void {
    this.closed = true;
    this.drop();
  }

  private drop(): void {
    clearTimeout(this.timer);
    clearInterval(this.silence);
    this.source?.close();
    this.source = undefined;
  }

  private connect(): void {
    this.drop();
    const after = this.lastId === '' ? '' : `&after=${encodeURIComponent(this.lastId)}`;
    const source = new EventSource(`/console/events?topics=${this.topics.map(encodeURIComponent).join(',')}${after}`);
    this.source = source;
    this.heardAt = Date.now();
    const on = (name: string, act: (data: { [name: string]: unknown }) => void) =>
      source.addEventListener(name, (event) => {
        if (this.source !== source) return;
        this.heardAt = Date.now();
        if (event.lastEventId !== '') this.lastId = event.lastEventId;
        act(parse(event.data));
      });
    on('ready', (data) => {
      this.failures = 0;
      this.listener.onReady(Array.isArray(data.topics) ? data.topics.map(String) : []);
    });
    on('message', (data) => {
      if (typeof data.topic === 'string') this.listener.onTopic(data.topic);
    });
    on('reset', () => this.listener.onReset());
    on('beat', () => undefined);
    on('session', (data) => {
      if (data.ended !== true) return;
      this.close();
      this.listener.onEnded();
    });
    source.onerror = () => {
      if (this.source === source) void this.fail();
    };
    this.silence = setInterval(() => {
      if (this.source === source && Date.now() - this.heardAt > kSilenceMs) void this.fail();
    }, kSilenceMs / 4);
  }

  /** The stream is down: asks why, and tries again later. */
  private async fail(): Promise<void> {
    this.drop();
    this.failures += 1;
    const pause = Math.min(kFirstPauseMs * 2 ** (this.failures - 1), kLastPauseMs);
    this.timer = setTimeout(() => this.connect(), pause * (1 + Math.random() / 4));
    this.listener.onDown('asked');
    const status = await sessionStatus();
    if (this.closed || this.source !== undefined) return;
    if (status === 401) {
      this.close();
      this.listener.onEnded();
    } else if (status !== 200) {
      this.listener.onDown('silent');
    } else if (this.failures >= kRefusedFrom) {
      this.listener.onDown('refused');
    }
  }
}

function parse(text: string): { [name: string]: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? (value as { [name: string]: unknown }) : {};
  } catch {
    return {};
  }
}

/** The status of the person's session; 0 when the server does not answer. */
async function sessionStatus(): Promise<number> {
  try {
    return (await fetch('/console/session', { credentials: 'same-origin' })).status;
  } catch {
    return 0;
  }
}
