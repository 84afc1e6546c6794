import type { Version } from './actions';
import { readJson, writeJson, type Json } from './json';

export type Params = { [name: string]: Json | undefined };

/** One finished call, as the drawer of calls shows it. Secrets are out of it. */
export interface LoggedCall {
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

const kKey = 'sesame.calls';
const kLogMax = 200;
/** The browser's store is small; the log in memory goes on beyond it. */
const kKeptCharactersMax = 1_000_000;
const kTextMax = 2_048;
const kItemsMax = 20;
const kSecrets = /^(Password|SecretKey|TmpSecretKey|Token|LoginToken)$/;

/** The parameters without secrets and without what is too long to look at: texts are cut, lists told by their length. */
export function masked(value: Json | undefined, name = ''): Json {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') {
    if (kSecrets.test(name)) return '•••';
    return value.length > kTextMax ? `${value.slice(0, 64)}… (${value.length} characters)` : value;
  }
  if (Array.isArray(value)) {
    const items = value.slice(0, kItemsMax).map((item) => masked(item));
    return value.length > kItemsMax ? [...items, `… ${value.length} items`] : items;
  }
  if (typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value as Params)
        .filter(([, member]) => member !== undefined)
        .map(([key, member]) => [key, masked(member, key)]),
    );
  }
  return value;
}

function kept(): LoggedCall[] {
  try {
    const value = readJson(sessionStorage.getItem(kKey) ?? '[]');
    return Array.isArray(value) ? (value as unknown as LoggedCall[]) : [];
  } catch {
    return [];
  }
}

let log: readonly LoggedCall[] = kept();
const watchers = new Set<() => void>();

/** The newest calls first, at most 200; they survive a reload of the page, and end with the tab. */
export function loggedCalls(): readonly LoggedCall[] {
  return log;
}

export function watchLog(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

function change(next: readonly LoggedCall[]): void {
  log = next;
  try {
    const text = writeJson(log as unknown as Json);
    if (text.length <= kKeptCharactersMax) sessionStorage.setItem(kKey, text);
  } catch {
    // The store is full or off: the log lives on in the page.
  }
  for (const watcher of watchers) watcher();
}

export function record(entry: LoggedCall): void {
  change([{ ...entry, params: masked(entry.params as Json) as Params }, ...log].slice(0, kLogMax));
}

export function clearLog(): void {
  change([]);
}

/** The call for a shell: with the command line of Sesame, which signs it. */
export function shellLine(entry: LoggedCall): string {
  const quoted = writeJson(entry.params as Json).replaceAll("'", `'\\''`);
  return `sesame call ${entry.action} '${quoted}'`;
}
