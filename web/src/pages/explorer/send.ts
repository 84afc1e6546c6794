import { surroundings } from '../../api/call';

/** How a call is signed and sent. */
export type SignatureKind = 'TC3-HMAC-SHA256' | 'HmacSHA1' | 'HmacSHA256';

export interface ExplorerCall {
  action: string;
  version: string;
  region: string;
  /** The parameters as JSON, sent byte for byte. */
  body: string;
  method: 'POST' | 'GET';
  signature: SignatureKind;
  language: string;
  credential?: string;
  /** TC3 by POST: the body is left out of the signature. */
  unsigned_payload?: boolean;
  send: boolean;
  /** A fault that the server builds into the call. */
  break?: string;
}

export interface SentCall {
  request: { head: string; body: string; bytes_base64?: string };
  steps: { name: string; text: string }[];
  response: { status: number; head: string; body: string; ms: number } | null;
}

export class ExplorerError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

async function post(path: string, body: object, signal?: AbortSignal): Promise<unknown> {
  const init: RequestInit = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Sesame-Csrf': surroundings.csrf },
    credentials: 'same-origin',
    body: JSON.stringify(body),
  };
  if (signal) init.signal = signal;
  const response = await fetch(path, init);
  if (response.status === 401) {
    surroundings.onSessionEnded();
    throw new ExplorerError('SessionEnded', '');
  }
  let answer: { error?: { code: string; message: string } };
  try {
    answer = (await response.json()) as typeof answer;
  } catch {
    throw new ExplorerError(`HTTP ${response.status}`, '');
  }
  if (answer.error) throw new ExplorerError(answer.error.code, answer.error.message);
  if (!response.ok) throw new ExplorerError(`HTTP ${response.status}`, '');
  return answer;
}

/** Lets the server build and sign the call and, unless `send` is false, send it through its public listener. */
export async function explorerCall(call: ExplorerCall, signal?: AbortSignal): Promise<SentCall> {
  const answer = (await post('/console/explorer/call', call, signal)) as Partial<SentCall>;
  return { request: answer.request!, steps: answer.steps ?? [], response: answer.response ?? null };
}

export interface DoctorAnswer {
  findings: { rule: string; text: string; at?: number }[];
  rules?: { rule: string; holds: boolean; text: string }[];
  server?: { canonical_request?: string; string_to_sign?: string };
}

/** Lets the server compare what a client signed with what it would have signed. */
export async function askDoctor(question: { text: string; body?: string } | { request_id: string }): Promise<DoctorAnswer> {
  const answer = (await post('/console/explorer/doctor', question)) as Partial<DoctorAnswer>;
  return { ...answer, findings: answer.findings ?? [] };
}
