import { useQuery, type UseQueryResult } from '@tanstack/react-query';

import type { Version } from '../../api/actions';
import { readJson, type Json } from '../../api/json';
import type { Language } from '../../words/words';

/** One member of a request, an answer or a structure, as the description files write it. */
export interface Field {
  name: string;
  type: 'string' | 'bool' | 'uint64' | 'int64' | 'date' | 'datetime' | 'object' | 'array';
  /** The type of the elements, or the name of the structure. */
  of?: string;
  required?: boolean;
  nullable?: boolean;
  personal?: boolean;
  pattern?: string;
  one_of?: (string | number)[];
  min?: number;
  max?: number;
  min_length?: number;
  max_length?: number;
  max_bytes?: number;
  min_items?: number;
  max_items?: number;
  en: string;
  zh: string;
}

interface Bilingual {
  en: string;
  zh: string;
}

export type Effect = 'read' | 'write' | 'delete' | 'sends_mail';

export interface Action extends Bilingual {
  name: string;
  version: Version;
  service: string;
  effect: Effect;
  idempotent?: boolean;
  input: Field[];
  output: Field[];
  errors: string[];
  example: { request: { [name: string]: Json }; response: { [name: string]: Json } };
}

interface ServiceDocument extends Bilingual {
  service: string;
  version: Version;
  actions: { [name: string]: Omit<Action, 'name' | 'version' | 'service'> };
  structures: { [name: string]: Bilingual & { fields: Field[] } };
  rules: { [name: string]: Bilingual };
  errors: { [code: string]: Bilingual };
  common_errors?: string[];
}

interface DescriptionDocument {
  services: ServiceDocument[];
  regions: string[];
  limits: { [name: string]: number };
  /** The address under which clients reach the API. */
  base: string;
  /** Unix seconds of the server. */
  now: number;
}

/** The whole API, ready for look-ups. */
export class Api {
  readonly actions: Action[] = [];
  readonly regions: string[];
  readonly base: string;
  readonly limits: { [name: string]: number };
  private readonly byName = new Map<string, Action>();
  private readonly structures = new Map<string, Field[]>();
  /** A later version may use the structures of an earlier one. */
  private readonly anyVersion = new Map<string, Field[]>();
  private readonly rules = new Map<string, Bilingual>();
  private readonly errors = new Map<string, Bilingual>();
  readonly commonErrors: string[] = [];

  constructor(document: DescriptionDocument) {
    this.regions = document.regions;
    this.base = document.base;
    this.limits = document.limits ?? {};
    for (const service of document.services) {
      for (const [name, described] of Object.entries(service.actions)) {
        const action = { ...described, name, version: service.version, service: service.service };
        this.actions.push(action);
        this.byName.set(name, action);
      }
      for (const [name, structure] of Object.entries(service.structures)) {
        this.structures.set(`${service.version}/${name}`, structure.fields);
        this.anyVersion.set(name, structure.fields);
      }
      for (const [name, rule] of Object.entries(service.rules)) this.rules.set(name, rule);
      for (const [code, text] of Object.entries(service.errors)) this.errors.set(code, text);
      this.commonErrors.push(...(service.common_errors ?? []));
    }
  }

  action(name: string | undefined): Action | undefined {
    return name === undefined ? undefined : this.byName.get(name);
  }

  /** The members of the structure that a field of the action is made of; none for plain types. */
  members(action: Pick<Action, 'version'>, field: Field): Field[] {
    if (!field.of) return [];
    return this.structures.get(`${action.version}/${field.of}`) ?? this.anyVersion.get(field.of) ?? [];
  }

  /** The text of a rule with its limit filled in. */
  rule(name: string, limit: string, language: Language): string {
    const text = this.rules.get(name);
    return (text ? text[short(language)] : name).replace('{limit}', limit);
  }

  /** Whether the API answers with this code, by its whole name. */
  isCode(code: string): boolean {
    return this.errors.has(code) || this.commonErrors.includes(code) || this.actions.some((action) => action.errors.includes(code));
  }

  /** What an error code means, without the facts of one case; undefined for codes that no text names. */
  meaning(code: string, language: Language): string | undefined {
    const text = this.errors.get(code) ?? this.errors.get(code.split('.')[0] ?? '');
    return text ? withoutFacts(text[short(language)]) : undefined;
  }
}

export function short(language: Language): 'en' | 'zh' {
  return language === 'en' ? 'en' : 'zh';
}

/** No fact has a longer name. */
const kFactMax = 40;

/**
 * An error text without the facts of one case. `{?words with {fact}|other words}` holds words for a case that knows the
 * fact; without it the other words stand, or nothing. `{{` and `}}` are single braces.
 */
export function withoutFacts(text: string): string {
  let out = '';
  for (let at = 0; at < text.length; ) {
    if (text.startsWith('{?', at)) {
      let depth = 1;
      let end = at + 2;
      let bar = -1;
      for (; end < text.length && depth > 0; end += 1) {
        if (text[end] === '{') depth += 1;
        if (text[end] === '}') depth -= 1;
        if (text[end] === '|' && depth === 1) bar = end;
      }
      if (bar >= 0) out += withoutFacts(text.slice(bar + 1, end - 1));
      at = end;
    } else {
      const found = /^(?:\{\{|\}\}|\{\w+\})/.exec(text.slice(at, at + kFactMax))?.[0] ?? text[at]!;
      out += found === '{{' ? '{' : found === '}}' ? '}' : found.startsWith('{') ? '…' : found;
      at += found.length;
    }
  }
  return out;
}

const kDescriptionFreshMs = 10 * 60_000;

export function useApi(): UseQueryResult<Api, Error> {
  return useQuery({
    queryKey: ['explorer/description'],
    queryFn: async ({ signal }) => {
      const response = await fetch('/console/api/description', { credentials: 'same-origin', signal });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      return new Api(readJson(await response.text()) as unknown as DescriptionDocument);
    },
    staleTime: kDescriptionFreshMs,
  });
}

export type ActionGroup =
  | 'domains'
  | 'senders'
  | 'templates'
  | 'sending'
  | 'groups'
  | 'blocks'
  | 'statistics'
  | 'inbox'
  | 'webhooks'
  | 'access'
  | 'other';

// The first pattern that a name contains decides.
const kGroupPatterns: [RegExp, ActionGroup][] = [
  [/EmailIdentit|TrackingSetting|Dkim/, 'domains'],
  [/SmtpPassWord|EmailAddress(?!List)|AddressUnsubscribe|Sender/, 'senders'],
  [/EmailTemplate/, 'templates'],
  [/SendTask|DryRun|SendEmail|^ListMails?$|^GetMail$|BatchSend|WaitingMail|Delivery(Queues|Pauses|Sites?|Holds?|Rules)?$/, 'sending'],
  [/Receiver|Recipient|Import/, 'groups'],
  [/Black|Unsubscribe|Abuse|ReturnedMail|ClassifyMail|Suppress/i, 'blocks'],
  [/Statistic|Report|Volume/, 'statistics'],
  [/Inbox|Chaos|SimulateMail/, 'inbox'],
  [/Webhook/, 'webhooks'],
  [/Account|Credential|SessionToken|User|Audit|Limits|Health|OutboundPort|GetCall|ListCalls/, 'access'],
];

export const kActionGroups: ActionGroup[] = [
  'domains',
  'senders',
  'templates',
  'sending',
  'groups',
  'blocks',
  'statistics',
  'inbox',
  'webhooks',
  'access',
  'other',
];

/** Where the list of actions shows an action. */
export function groupOf(name: string): ActionGroup {
  if (/BlackEmailAddress/.test(name)) return 'blocks';
  return kGroupPatterns.find(([pattern]) => pattern.test(name))?.[1] ?? 'other';
}
