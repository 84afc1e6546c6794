import { versionOf, type Version } from './actions';
import { readJson, writeJson, type Json } from './json';
import { inTab } from './kept';

export type Params = { [name: string]: Json | undefined };

export interface CallOptions {
  /** Left out: the one that the action belongs to. */
  version?: Version;
  /** Another region than the one chosen at the top. */
  region?: string;
  /** The same key with the same parameters does a thing once, however often it is sent. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

/** A call that was refused, or that got no answer. `code` is the API's, or one of kNoAnswer and kSessionEnded. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly requestId: string | undefined,
    readonly action: string,
  ) {
    super(message);
  }
}

export const kNoAnswer = 'NoAnswer';
export const kSessionEnded = 'SessionEnded';
export const kStepUpNeeded = 'StepUpNeeded';

/** What every call needs and a page does not know; the session and the shell keep it up to date. */
export const surroundings = {
  csrf: '',
  region: 'ap-guangzhou',
  language: 'en-US' as 'en-US' | 'zh-CN',
  /** Called when the server says that the session has ended. */
  onSessionEnded: (): void => undefined,
  /** Asks the person for the password again. True when the session was raised and the call may be repeated. */
  askStepUp: async (_action: string): Promise<boolean> => false,
};

/** One finished call, as the log of calls shows it. */
export interface LoggedCall {
  id: number;
  action: string;
  version: Version;
  region: string;
  /** Unix milliseconds at the start. */
  at: number;
  ms: number;
  code: string;
  requestId: string | undefined;
  params: Params;
}

const kLogMax = 200;
const kLogKey = 'sesame.calls';
/** Longer texts, such as files, are kept as their length only. */
const kKeptTextMax = 2_048;
const kKeptItemsMax = 50;
/** Members whose value never goes into logs, history, links or samples. */
export const kSecretName = /PassWord$|^Secret|Token$/i;

let log: LoggedCall[] = keptLog();
const logWatchers = new Set<() => void>();

/** The newest calls first, at most 200; they survive a reload of the tab. */
export function loggedCalls(): readonly LoggedCall[] {
  return log;
}

export function watchLog(watcher: () => void): () => void {
  logWatchers.add(watcher);
  return () => logWatchers.delete(watcher);
}

export function clearLog(): void {
  replaceLog([]);
}

function keptLog(): LoggedCall[] {
  try {
    const kept = readJson(inTab.read(kLogKey) ?? '[]');
    return Array.isArray(kept) ? (kept as unknown as LoggedCall[]) : [];
  } catch {
    return [];
  }
}

/** Parameters as the log keeps them: without secrets, without long texts and lists. */
export function loggable(value: Json | undefined): Json {
  if (typeof value === 'string') return value.length > kKeptTextMax ? `… ${value.length}` : value;
  if (Array.isArray(value)) return value.slice(0, kKeptItemsMax).map(loggable);
  if (value === null || value === undefined || typeof value !== 'object') return value ?? null;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !kSecretName.test(name))
      .map(([name, member]) => [name, loggable(member)]),
  );
}

function replaceLog(next: LoggedCall[]): void {
  log = next;
  inTab.keep(kLogKey, writeJson(next as unknown as Json));
  for (const watcher of logWatchers) watcher();
}

function record(entry: Omit<LoggedCall, 'id'>): void {
  const params = loggable(entry.params as Json) as Params;
  replaceLog([{ ...entry, params, id: (log[0]?.id ?? 0) + 1 }, ...log].slice(0, kLogMax));
}

/**
 * Calls an action of the API as the person who is logged in. Returns the answer without its envelope; 64-bit integers
 * beyond 2^53 are BigInt. Throws ApiError.
 */
export async function call<T = { [name: string]: Json }>(
  action: string,
  params: Params = {},
  options: CallOptions = {},
): Promise<T & { RequestId: string }> {
  const version = options.version ?? versionOf(action);
  const region = options.region ?? surroundings.region;
  const at = Date.now();
  const started = performance.now();
  let code = 'ok';
  let requestId: string | undefined;
  try {
    const answer = await send<T>(action, params, { ...options, version, region }, true);
    requestId = answer.RequestId;
    return answer;
  } catch (error) {
    code = error instanceof ApiError ? error.code : 'Aborted';
    requestId = error instanceof ApiError ? error.requestId : undefined;
    throw error;
  } finally {
    record({ action, version, region, at, ms: performance.now() - started, code, requestId, params });
  }
}

async function send<T>(
  action: string,
  params: Params,
  options: CallOptions & { version: Version; region: string },
  mayStepUp: boolean,
): Promise<T & { RequestId: string }> {
  const headers: Record<string, string> = {
    'Content-Type': 'application/json',
    'X-TC-Action': action,
    'X-TC-Version': options.version,
    'X-TC-Region': options.region,
    'X-TC-Language': surroundings.language,
    'X-Sesame-Csrf': surroundings.csrf,
  };
  if (options.idempotencyKey) headers['X-Sesame-Idempotency-Key'] = options.idempotencyKey;
  const init: RequestInit = { method: 'POST', headers, body: writeJson(params as Json), credentials: 'same-origin' };
  if (options.signal) init.signal = options.signal;

  let response: Response;
  let text: string;
  try {
    response = await fetch('/console/call', init);
    text = await response.text();
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError(kNoAnswer, String(error), undefined, action);
  }
  if (response.status === 401) {
    surroundings.onSessionEnded();
    throw new ApiError(kSessionEnded, '', undefined, action);
  }
  const answer = parseAnswer(text, response.status, action);
  const refused = answer.error as { code?: string; message?: string } | undefined;
  if (refused?.code === kStepUpNeeded && mayStepUp && (await surroundings.askStepUp(action))) {
    return send<T>(action, params, options, false);
  }
  if (refused) throw new ApiError(refused.code ?? String(response.status), refused.message ?? '', undefined, action);
  const envelope = answer.Response as { [name: string]: Json } | undefined;
  if (!envelope) throw new ApiError(kNoAnswer, `HTTP ${response.status}`, undefined, action);
  const error = envelope.Error as { Code: string; Message: string } | undefined;
  if (error) throw new ApiError(error.Code, error.Message, envelope.RequestId as string, action);
  return envelope as unknown as T & { RequestId: string };
}

function parseAnswer(text: string, status: number, action: string): { [name: string]: Json } {
  try {
    const value = readJson(text);
    if (value && typeof value === 'object' && !Array.isArray(value)) return value;
  } catch {
    // Said below: a proxy's page of HTML is the usual cause.
  }
  throw new ApiError(kNoAnswer, `HTTP ${status}`, undefined, action);
}

/** A key for one act of a person, so that a repeated request does it once. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
