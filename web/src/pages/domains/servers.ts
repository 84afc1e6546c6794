// What each server says about a domain's records, as CheckEmailIdentity tells it.

export interface ServerVerdict {
  /** Empty: the resolver that the program asks. */
  readonly Server: string;
  readonly Address: string;
  readonly Finding: Finding;
  readonly Reason: string;
  readonly Value: string;
  readonly Milliseconds: number;
}

export const kFindings = [
  'right', 'no_name', 'no_record', 'different', 'two_spf', 'spf_include_missing', 'cut', 'quotes', 'cname',
  'doubled_host', 'silent', 'unreachable', 'failed', 'lame', 'not_asked',
] as const;
export type Finding = (typeof kFindings)[number];

export interface RecordCheck {
  readonly Type: string;
  readonly SendDomain: string;
  readonly Host: string;
  readonly ExpectedValue: string;
  readonly Servers: readonly ServerVerdict[];
}

export interface CheckAnswer {
  readonly VerifiedForSendingStatus: boolean;
  /** Whether its mail goes into the sandbox inbox, whatever the delivery mode. */
  readonly Sandbox: boolean;
  readonly Zone: string;
  readonly Milliseconds: number;
  readonly Records: readonly RecordCheck[];
}

export type Tone = 'good' | 'bad' | 'unknown';

/** A server that gave no usable answer says nothing about the record. */
export function toneOf(finding: Finding): Tone {
  if (finding === 'right') return 'good';
  return ['silent', 'unreachable', 'failed', 'lame', 'not_asked'].includes(finding) ? 'unknown' : 'bad';
}

/** The answers of a record; two records of one name and type differ in their values. */
export function verdictsOf(
  checks: readonly RecordCheck[],
  record: { readonly Type: string; readonly SendDomain: string; readonly ExpectedValue: string },
): readonly ServerVerdict[] {
  const found = checks.find(
    (check) => check.Type === record.Type && check.SendDomain === record.SendDomain && check.ExpectedValue === record.ExpectedValue,
  );
  return found?.Servers ?? [];
}

/** Whether a record counts as found although the resolver says that it is not: the server trusts its domains. */
export function onTrust(record: { readonly Status: boolean }, verdicts: readonly ServerVerdict[]): boolean {
  const resolver = verdicts[0];
  return record.Status && resolver !== undefined && toneOf(resolver.Finding) === 'bad';
}

/** Whether all servers say that the record is right; then one line is enough. */
export function allRight(verdicts: readonly ServerVerdict[]): boolean {
  return verdicts.length > 0 && verdicts.every((verdict) => verdict.Finding === 'right');
}
