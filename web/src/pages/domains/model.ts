// Sender domains as the API tells them, and what can be said of their records.

import { randomLetters } from '../../format/password';
import { shellQuoted } from '../../format/shell';

export interface DnsRecord {
  readonly Type: string;
  readonly SendDomain: string;
  readonly ExpectedValue: string;
  readonly CurrentValue: string;
  readonly Status: boolean;
}

export interface Identity {
  readonly VerifiedForSendingStatus: boolean;
  readonly Attributes: readonly DnsRecord[];
  readonly DKIMOption: number;
}

export interface DomainRow {
  readonly IdentityName: string;
  readonly SendingEnabled: boolean;
  readonly CurrentReputationLevel: number;
  readonly DailyQuota: number;
  readonly DKIMOption: number;
}

export interface Sender {
  readonly EmailAddress: string;
  readonly EmailSenderName: string;
  readonly CreatedTimestamp: number;
  readonly SmtpPwdType: number;
}

/** An address at which programs submit mail by SMTP. */
export interface SubmissionServer {
  readonly Host: string;
  readonly Port: number;
  readonly Tls: 'starttls' | 'implicit';
}

/** HOST:PORT, with brackets around an IPv6 address. */
export function addressOf(server: SubmissionServer): string {
  return `${server.Host.includes(':') ? `[${server.Host}]` : server.Host}:${server.Port}`;
}

/** A command that submits a mail from the sender to itself. */
export function swaksLine(server: SubmissionServer, sender: string): string {
  const tls = server.Tls === 'implicit' ? '--tls-on-connect' : '--tls';
  const from = shellQuoted(sender);
  return `swaks --server ${shellQuoted(addressOf(server))} ${tls} --auth-user ${from} --from ${from} --to ${from}`;
}

export type Purpose = 'sending' | 'signature' | 'policy' | 'mail' | 'links' | 'other';

/** What a record is for, by its name and value. */
export function purposeOf(record: DnsRecord): Purpose {
  const name = record.SendDomain.toLowerCase();
  if (name.includes('._domainkey.')) return 'signature';
  if (name.startsWith('_dmarc.')) return 'policy';
  if (record.Type === 'MX') return 'mail';
  if (record.Type === 'TXT' && /^v=spf1/i.test(record.ExpectedValue)) return 'sending';
  if (record.Type === 'CNAME' || record.Type === 'A') return 'links';
  return 'other';
}

/** Second labels under which people register names, such as `com.cn`: there the zone has three labels. */
const kSecondLabels = new Set(['com', 'co', 'net', 'org', 'gov', 'edu', 'ac', 'or', 'ne', 'gob']);

/** The domain that was most probably registered, and is the zone at the DNS host. */
export function zoneOf(domain: string): string {
  const labels = domain.split('.');
  if (labels.length <= 2) return domain;
  const country = (labels[labels.length - 1] ?? '').length === 2;
  const keep = country && kSecondLabels.has(labels[labels.length - 2] ?? '') ? 3 : 2;
  return labels.slice(-keep).join('.');
}

/** The name as most DNS hosts want it: without the zone; `@` is the zone itself. */
export function relativeName(name: string, zone: string): string {
  if (name === zone) return '@';
  return name.endsWith(`.${zone}`) ? name.slice(0, -zone.length - 1) : name;
}

export type RecordState = 'found' | 'missing' | 'different';

export function stateOf(record: DnsRecord): RecordState {
  if (record.Status) return 'found';
  return record.CurrentValue === '' ? 'missing' : 'different';
}

export type Cause = 'cut' | 'quotes' | 'two' | 'blank' | 'case' | 'other';

/** Why a found value is not the wanted one, as far as the two texts tell. */
export function causeOf(wanted: string, found: string): Cause {
  if (/v=spf1.*v=spf1/is.test(found)) return 'two';
  if (found !== '' && wanted.startsWith(found)) return 'cut';
  if (found.replace(/["']/g, '') === wanted) return 'quotes';
  if (found.replace(/\s+/g, '') === wanted.replace(/\s+/g, '')) return 'blank';
  if (found.toLowerCase() === wanted.toLowerCase()) return 'case';
  return 'other';
}

export interface Piece {
  readonly text: string;
  readonly differs: boolean;
}

/** Around the first difference this much of equal text stays in view. */
const kContext = 24;

/** Both values cut to where they begin to differ: equal before, differing after. */
export function differenceOf(wanted: string, found: string): { wanted: Piece[]; found: Piece[] } {
  let at = 0;
  while (at < wanted.length && at < found.length && wanted[at] === found[at]) at += 1;
  const pieces = (text: string): Piece[] => {
    const from = Math.max(0, at - kContext);
    const equal = `${from > 0 ? '…' : ''}${text.slice(from, at)}`;
    return [
      { text: equal, differs: false },
      { text: text.slice(at), differs: true },
    ].filter((piece) => piece.text !== '');
  };
  return { wanted: pieces(wanted), found: pieces(found) };
}

/** One string of a TXT record holds 255 bytes: longer values stand in parts. */
const kStringMax = 255;

/** The records as lines of a zone file. */
export function zoneFile(records: readonly DnsRecord[]): string {
  const lines = records.map((record) => {
    const value =
      record.Type === 'TXT'
        ? (record.ExpectedValue.match(new RegExp(`.{1,${kStringMax}}`, 'gs')) ?? ['']).map((part) => `"${part.replace(/["\\]/g, '\\$&')}"`).join(' ')
        : record.Type === 'MX' && !/^\d+\s/.test(record.ExpectedValue)
          ? `10 ${withDot(record.ExpectedValue)}`
          : withDot(record.ExpectedValue);
    return `${record.SendDomain}. 3600 IN ${record.Type} ${value}`;
  });
  return `${lines.join('\n')}\n`;
}

function withDot(value: string): string {
  return /[a-z]$/i.test(value) ? `${value}.` : value;
}

/** What a password for SMTP needs, each by itself, so that the form can tick them off. */
export const kPasswordRules = ['length', 'digits', 'lower', 'upper'] as const;
export type PasswordRule = (typeof kPasswordRules)[number];

export function keepsRule(password: string, rule: PasswordRule): boolean {
  const different = (pattern: RegExp) => new Set(password.match(pattern) ?? []).size >= 2;
  switch (rule) {
    case 'length': return password.length >= 10 && password.length <= 20;
    case 'digits': return different(/[0-9]/g);
    case 'lower': return different(/[a-z]/g);
    case 'upper': return different(/[A-Z]/g);
  }
}

const kSigns = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** A random password of 20 signs that keeps every rule. */
export function newSmtpPassword(): string {
  for (;;) {
    const password = randomLetters(kSigns, 20);
    if (kPasswordRules.every((rule) => keepsRule(password, rule))) return password;
  }
}
