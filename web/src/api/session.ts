import { kStepUpNeeded, surroundings } from './call';
import { inBrowser } from './kept';

const kRegionKey = 'sesame.region';

/** Who is logged in, and what the server is, as GET /console/session says it. */
export interface Session {
  user: string;
  role: string;
  /** The public number of the account, as text. */
  account: string;
  account_name?: string;
  /** Whether the account manages the others. */
  administers: boolean;
  /** False: the user has no password yet, so only links log in. */
  password?: boolean;
  /** Whether log-ins ask for a code of an app. */
  second_factor: boolean;
  /** How many recovery codes are left. */
  recovery_codes: number;
  csrf: string;
  /** Patterns of actions that the role may call: "ses:Get*", "sesame:*", "*". */
  actions: string[];
  /** Whether addresses of people are shown in clear. */
  addresses: 'clear' | 'masked';
  mode: 'sandbox' | 'relay' | 'direct';
  regions: string[];
  version: string;
}

/** What the server says to somebody without a session: log in, or make the owner first. */
export interface NoSession {
  setup: boolean;
}

/** A refused log-in, set-up or step-up. */
export class LoginError extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** Seconds to wait before the next try, when the server says so. */
    readonly retryAfter: number | undefined,
  ) {
    super(message);
  }
}

/** What to tell the person of a refusal. */
export function refusalText(refused: unknown): string {
  return refused instanceof LoginError ? refused.message || refused.code : String(refused);
}

/** Region of the calls from now on, also after a reload. */
export function chooseRegion(region: string): void {
  surroundings.region = region;
  inBrowser.keep(kRegionKey, region);
}

async function post(path: string, body: object): Promise<Response> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Sesame-Csrf': surroundings.csrf },
    body: JSON.stringify(body),
    credentials: 'same-origin',
  });
  if (response.ok) return response;
  let error: { code?: string; message?: string } = {};
  try {
    error = ((await response.json()) as { error?: typeof error }).error ?? {};
  } catch {
    // The status alone has to do.
  }
  const retry = Number(response.headers.get('Retry-After'));
  throw new LoginError(error.code ?? `HTTP ${response.status}`, error.message ?? '', retry > 0 ? retry : undefined);
}

function adopt(session: Session): Session {
  surroundings.csrf = session.csrf;
  const kept = inBrowser.read(kRegionKey);
  const region = kept && session.regions.includes(kept) ? kept : session.regions[0];
  if (region) surroundings.region = region;
  return session;
}

export async function readSession(): Promise<Session | NoSession> {
  const response = await fetch('/console/session', { credentials: 'same-origin' });
  if (response.status === 401) return (await response.json()) as NoSession;
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return adopt((await response.json()) as Session);
}

export async function setUp(token: string, name: string, password: string): Promise<Session> {
  return adopt((await (await post('/console/setup', { token, name, password })).json()) as Session);
}

/** What a refused log-in says when the password was right and a code of the second factor is missing, or wrong. */
export const kCodeNeeded = 'CodeNeeded';
export const kCodeWrong = 'CodeWrong';
/** What it says of a link that was used, is too old, or never was one. */
export const kLinkInvalid = 'LinkInvalid';

export async function logIn(
  how: { name: string; password: string; code?: string } | { token: string; code?: string },
): Promise<Session> {
  return adopt((await (await post('/console/login', how)).json()) as Session);
}

export async function logOut(): Promise<void> {
  await post('/console/logout', {});
}

export async function stepUp(how: { password: string } | { code: string }): Promise<void> {
  await post('/console/step-up', how);
}

/** Asks the person for a proof when the server wants one, and goes on. */
async function postProven(path: string, body: object, act: string): Promise<Response> {
  try {
    return await post(path, body);
  } catch (refused) {
    const wanted = refused instanceof LoginError && refused.code === kStepUpNeeded;
    if (!wanted || !(await surroundings.askStepUp(act))) throw refused;
    return post(path, body);
  }
}

/** A second factor that is not confirmed yet. */
export interface NewFactor {
  /** For apps that cannot read the picture. */
  secret: string;
  /** otpauth://…, the content of the picture. */
  uri: string;
  /** Goes back with the code that confirms. */
  ticket: string;
}

export async function beginFactor(act: string): Promise<NewFactor> {
  return (await (await postProven('/console/second-factor', { begin: true }, act)).json()) as NewFactor;
}

/** Switches the factor on; the recovery codes are shown once. */
export async function confirmFactor(ticket: string, code: string, act: string): Promise<readonly string[]> {
  const answer = await postProven('/console/second-factor', { ticket, code }, act);
  return ((await answer.json()) as { recovery_codes: string[] }).recovery_codes;
}

export async function removeFactor(act: string): Promise<void> {
  await postProven('/console/second-factor', { off: true }, act);
}

/** A session of the person who is logged in. */
export interface OwnSession {
  id: string;
  /** Unix seconds. */
  created: number;
  used: number;
  peer: string;
  agent: string;
  /** The one of this page. */
  current: boolean;
}

export async function readSessions(): Promise<readonly OwnSession[]> {
  const response = await fetch('/console/sessions', { credentials: 'same-origin' });
  if (response.status === 401) surroundings.onSessionEnded();
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return ((await response.json()) as { sessions: OwnSession[] }).sessions;
}

/** Ends one session, or all but the page's own. */
export async function endSessions(which: { end: string } | { end_others: true }): Promise<void> {
  await post('/console/sessions', which);
}

/**
 * Whether the role allows the action; `service` is "ses" or "sesame". A pattern with a leading "!" takes away what others
 * gave. The server checks again.
 */
export function allows(session: Session, action: string, service: 'ses' | 'sesame' = 'ses'): boolean {
  const matches = (pattern: string) => {
    const whole = pattern.includes(':') ? pattern : `*:${pattern}`;
    const expression = whole.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*');
    return new RegExp(`^${expression}$`).test(`${service}:${action}`);
  };
  const taken = session.actions.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1)));
  return !taken && session.actions.some((pattern) => !pattern.startsWith('!') && matches(pattern));
}
