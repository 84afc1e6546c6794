// What people type into the filter of mails: words such as `to:ann@shop.example`, or an address or MessageId alone.

import { addressIn, isMessageId } from '../../format/ids';

/** The filters of ListMails by the names that stand in the page's address. */
export interface MailFilter {
  id?: string;
  to?: string;
  sender?: string;
  domain?: string;
  task?: string;
  template?: string;
  state?: string;
  day?: string;
}

export type FilterName = keyof MailFilter;

export const kStates = ['waiting', 'delivered', 'deferred', 'refused', 'dropped', 'withheld'] as const;
export const kFilterNames: readonly FilterName[] = ['id', 'to', 'sender', 'domain', 'task', 'template', 'state', 'day'];
/** The filters that are typed; state and day have controls of their own. */
const kTyped: readonly FilterName[] = ['id', 'to', 'sender', 'domain', 'task', 'template'];
const kAliases: Readonly<Record<string, FilterName>> = { from: 'sender', messageid: 'id', taskid: 'task', templateid: 'template' };

function isGood(name: FilterName, value: string): boolean {
  if (value === '') return false;
  if (name === 'task' || name === 'template') return /^\d{1,20}$/.test(value);
  if (name === 'state') return (kStates as readonly string[]).includes(value);
  if (name === 'day') return /^\d{4}-\d{2}-\d{2}$/.test(value);
  return true;
}

/** What a text means; words that mean nothing are listed. */
export function readFilter(text: string): { filter: MailFilter; unknown: string[] } {
  const filter: MailFilter = {};
  const unknown: string[] = [];
  for (const word of text.trim().split(/\s+/).filter(Boolean)) {
    const parts = /^([a-z]+):(.*)$/i.exec(word);
    const key = parts?.[1]!.toLowerCase() ?? '';
    const name = kAliases[key] ?? (kFilterNames as readonly string[]).find((known) => known === key);
    if (parts && name) {
      if (isGood(name as FilterName, parts[2]!)) filter[name as FilterName] = parts[2]!;
      else unknown.push(word);
    } else if (word.includes('@')) filter.to = addressIn(word) ?? word;
    else if (isMessageId(word)) filter.id = word;
    else if (/^[^\s.:]+(?:\.[^\s.:]+)+$/.test(word)) filter.domain = word.toLowerCase();
    else unknown.push(word);
  }
  return { filter, unknown };
}

/** The typed filters as a text that readFilter reads again. */
export function writeFilter(filter: MailFilter): string {
  return kTyped.flatMap((name) => (filter[name] ? [`${name}:${filter[name]}`] : [])).join(' ');
}

/** The filters in the page's address; values that would be refused are left out. */
export function filterOf(search: URLSearchParams): MailFilter {
  const filter: MailFilter = {};
  for (const name of kFilterNames) {
    const value = search.get(name) ?? '';
    if (isGood(name, value)) filter[name] = value;
  }
  return filter;
}

/** The parameters of ListMails. */
export function paramsOf(filter: MailFilter): { [name: string]: string | bigint | undefined } {
  return {
    MessageId: filter.id,
    TaskId: filter.task === undefined ? undefined : BigInt(filter.task),
    ToEmailAddress: filter.to,
    RequestDate: filter.day,
    State: filter.state,
    TemplateID: filter.template === undefined ? undefined : BigInt(filter.template),
    FromEmailAddress: filter.sender,
    ToDomain: filter.domain,
  };
}
