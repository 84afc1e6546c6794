// The faults that the sandbox is to show, as the form holds them.

export const kStages = ['connect', 'ehlo', 'auth', 'mail', 'rcpt', 'data'] as const;
export type Stage = (typeof kStages)[number];

export const kCallCodes = [
  'InternalError', 'FailedOperation.ServiceNotAvailable', 'FailedOperation.FrequencyLimit', 'RequestLimitExceeded',
  'ResourceInsufficient', 'ServiceUnavailable', 'AuthFailure.SignatureExpire', 'AuthFailure.UnauthorizedOperation',
] as const;

export const kFaultsMax = 20;

export interface ChaosFault {
  readonly Stage: Stage;
  readonly Percent?: number;
  readonly Code?: number;
  readonly Close?: boolean;
  readonly DelayMs?: number;
  readonly Reply?: string;
}

export interface ChaosState {
  readonly Available: boolean;
  readonly On: boolean;
  readonly EndTime: string;
  readonly Faults: readonly ChaosFault[];
  readonly CallErrorCode: string;
  readonly CallErrorPercent: number;
}

/** One row of the form; numbers are texts while they are typed. */
export interface FaultRow {
  readonly stage: Stage;
  readonly does: 'reply' | 'close' | 'wait';
  readonly code: string;
  readonly percent: string;
  readonly delay: string;
  readonly reply: string;
}

export const kNewRow: FaultRow = { stage: 'rcpt', does: 'reply', code: '450', percent: '100', delay: '0', reply: '' };

export function rowOf(fault: ChaosFault): FaultRow {
  return {
    stage: fault.Stage,
    does: fault.Close ? 'close' : Number(fault.Code ?? 0) === 0 ? 'wait' : 'reply',
    code: String(Number(fault.Code ?? 0) || 450),
    percent: String(fault.Percent ?? 100),
    delay: String(fault.DelayMs ?? 0),
    reply: fault.Reply ?? '',
  };
}

export type RowFault = 'code' | 'percent' | 'delay' | 'wait';

function within(text: string, least: number, most: number): boolean {
  return /^\d{1,5}$/.test(text.trim()) && Number(text) >= least && Number(text) <= most;
}

/** What is wrong with a row; undefined: nothing. */
export function faultOf(row: FaultRow): RowFault | undefined {
  if (row.does === 'reply' && !within(row.code, 400, 599)) return 'code';
  if (!within(row.percent, 1, 100)) return 'percent';
  if (!within(row.delay, 0, 10_000)) return 'delay';
  return row.does === 'wait' && Number(row.delay) === 0 ? 'wait' : undefined;
}

export function toFault(row: FaultRow): ChaosFault {
  return {
    Stage: row.stage,
    Percent: Number(row.percent),
    ...(row.does === 'reply' ? { Code: Number(row.code) } : {}),
    ...(row.does === 'close' ? { Close: true } : {}),
    ...(Number(row.delay) > 0 ? { DelayMs: Number(row.delay) } : {}),
    ...(row.does === 'reply' && row.reply.trim() !== '' ? { Reply: row.reply.trim() } : {}),
  };
}
