// How fast the mail of a task may begin: as the API has it, and as a form has it.

/** The API's caps; 0: none. */
export interface Caps {
  readonly MailsPerHour: number;
  readonly MailsPerDay: number;
  readonly SpreadHours: number;
}

/** The fields of a form: digits, or empty for no cap. */
export interface CapFields {
  readonly perHour: string;
  readonly perDay: string;
  readonly over: string;
}

export const kNoCaps: CapFields = { perHour: '', perDay: '', over: '' };
/** The largest number of each field. */
export const kMostOf: Readonly<Record<keyof CapFields, number>> = { perHour: 1_000_000_000, perDay: 1_000_000_000, over: 720 };

export function isCap(field: keyof CapFields, text: string): boolean {
  return text === '' || (/^[1-9]\d{0,9}$/.test(text) && Number(text) <= kMostOf[field]);
}

export function areCaps(fields: CapFields): boolean {
  return isCap('perHour', fields.perHour) && isCap('perDay', fields.perDay) && isCap('over', fields.over);
}

export function capsOf(fields: CapFields): Caps {
  return { MailsPerHour: Number(fields.perHour), MailsPerDay: Number(fields.perDay), SpreadHours: Number(fields.over) };
}

export function fieldsOf(caps: Caps): CapFields {
  const text = (n: number | bigint) => (Number(n) === 0 ? '' : String(n));
  return { perHour: text(caps.MailsPerHour), perDay: text(caps.MailsPerDay), over: text(caps.SpreadHours) };
}

export function hasCaps(caps: Caps): boolean {
  return Number(caps.MailsPerHour) > 0 || Number(caps.MailsPerDay) > 0 || Number(caps.SpreadHours) > 0;
}
