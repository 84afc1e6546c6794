import { readJson, type Json } from '../../api/json';

export interface Call {
  readonly RequestId: string;
  readonly Time: string;
  readonly AppId: string;
  readonly Credential: string;
  readonly Client: string;
  readonly Peer: string;
  readonly Action: string;
  readonly Version: string;
  readonly Region: string;
  readonly Code: string;
  /** A repetition with the same idempotency key, which got the first call's answer and RequestId. */
  readonly Replayed: boolean;
  readonly DurationUs: number;
  readonly RequestBytes: number;
  readonly AnswerBytes: number;
}

export interface CallGroup {
  readonly Action: string;
  readonly Code: string;
  readonly Client: string;
  readonly Count: number;
  readonly LastTime: string;
  readonly LastRequestId: string;
}

export interface CallList {
  readonly Data: readonly Call[];
  readonly Groups: readonly CallGroup[];
  readonly Position: string;
  readonly ScannedCount: number;
}

export interface CallStory {
  readonly Call: Call;
  readonly Reason: string;
  readonly MessageEn: string;
  readonly MessageZh: string;
  readonly Remedy: string;
  readonly Cause: string;
  readonly HasEvidence: boolean;
  readonly RequestLine: string;
  readonly Headers: readonly { readonly Name: string; readonly Value: string }[];
  readonly CanonicalRequest: string;
  readonly StringToSign: string;
  readonly Body: string;
}

/** What stands in the place of a value that is never kept. */
export const kCut = '***';

/** The parameters of a kept body, without those whose values are not kept; undefined when there is no whole body. */
export function parametersOf(body: string): { [name: string]: Json } | undefined {
  if (body === '') return undefined;
  try {
    const value = readJson(body);
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
    return withoutCuts(value) as { [name: string]: Json };
  } catch {
    return undefined; // The end of a long body is not kept.
  }
}

function withoutCuts(value: Json): Json {
  if (Array.isArray(value)) return value.filter((item) => item !== kCut).map(withoutCuts);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== kCut)
      .map(([name, member]) => [name, withoutCuts(member)]),
  );
}

/** Whether the signature doctor can say more about a refusal. */
export function isOfSignature(code: string): boolean {
  return code.startsWith('AuthFailure.') && code !== 'AuthFailure.UnauthorizedOperation';
}

/** Milliseconds with one digit behind the point. */
export function showMs(us: number): string {
  return (us / 1000).toFixed(1);
}
