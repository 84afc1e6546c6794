import { readJson, type Json } from '../api/json';

/** What each page may be told about; the server leaves out what the person's role may not read. */
export const kListTopics: readonly string[] = [
  'session', 'inbox', 'counters', 'attention', 'tasks', 'messages', 'domains', 'delivery', 'blocks', 'templates',
  'groups', 'webhooks',
];

type TopicOf = string | { readonly topic: string; readonly by: string };

/** The topics of an action's answer; `by` names the parameter that says which object it is about. */
const kTopics: Readonly<Record<string, readonly TopicOf[]>> = {
  ListSendTasks: ['tasks'],
  GetSendTask: [{ topic: 'task', by: 'TaskId' }],
  ListSendTaskRecipients: [{ topic: 'task', by: 'TaskId' }],
  ListMails: ['messages'],
  GetSendEmailStatus: ['messages'],
  GetMail: ['messages', { topic: 'message', by: 'MessageId' }],
  ListInboxMails: ['inbox'],
  GetStatisticsReport: ['counters'],
  GetTrackingReport: ['counters'],
  GetAbuseReport: ['counters'],
  GetHealth: ['attention'],
  ListEmailIdentities: ['domains'],
  ListEmailAddress: ['domains'],
  GetEmailIdentity: [{ topic: 'dns', by: 'EmailIdentity' }],
  ListReturnedMails: ['delivery'],
  ListBlackEmailAddress: ['blocks'],
  ListCustomBlacklist: ['blocks'],
  ListUnsubscribes: ['blocks'],
  ListEmailTemplates: ['templates'],
  ListReceivers: ['groups'],
  ListReceiverDetails: ['groups'],
  ListImports: ['groups'],
  GetImport: [{ topic: 'import', by: 'ImportId' }],
  ListWebhooks: ['webhooks'],
  ListWebhookEvents: ['webhooks'],
};

/** Answers that also change by themselves, as time passes: they are read from time to time in any case. */
const kAlsoPolled: ReadonlySet<string> = new Set(['GetHealth']);

export function isAlsoPolled(action: string): boolean {
  return kAlsoPolled.has(action);
}

/** A comma separates topics; no id has one. */
function objectOf(params: { [name: string]: Json | undefined }, name: string): string {
  const value = params[name];
  return value === undefined || value === null ? '' : String(value).replace(/,/g, '');
}

export function topicsOf(action: string, params: { [name: string]: Json | undefined } = {}): string[] {
  const topics: string[] = [];
  for (const topic of kTopics[action] ?? []) {
    if (typeof topic === 'string') {
      topics.push(topic);
      continue;
    }
    const object = objectOf(params, topic.by);
    if (object !== '' && object !== '0') topics.push(`${topic.topic}:${object}`);
  }
  return topics;
}

/** The topics of a query's answer: those that it was made with, or, when it is not kept up to date by itself, those of its key. */
export function topicsOfQuery(query: { readonly queryKey: readonly unknown[]; readonly meta?: { readonly [name: string]: unknown } | undefined }): readonly string[] {
  const topics = query.meta?.topics;
  return Array.isArray(topics) ? (topics as string[]) : topicsOfKey(query.queryKey);
}

/** The topics of an answer by the key under which it is kept (callKey). */
export function topicsOfKey(key: readonly unknown[]): string[] {
  const [action, , , params] = key;
  if (typeof action !== 'string') return [];
  try {
    const value = typeof params === 'string' ? readJson(params) : {};
    return topicsOf(action, value && typeof value === 'object' && !Array.isArray(value) ? value : {});
  } catch {
    return topicsOf(action);
  }
}
