import { ApiError, call } from '../api/call';
import type { Session } from '../api/session';
import { encodeText } from '../format/bytes';
import { isForbidden } from '../parts/Await';

/** The reserved top-level name `invalid` can never be somebody's domain (RFC 6761 §6.4). */
export const kDomain = 'sandbox.invalid';
export const kSender = `hello@${kDomain}`;
export const kSenderName = 'Sesame';
export const kTemplate = 'Welcome';
export const kGroup = 'Five sample people';
/**
 * Five people with five fates: the sandbox plays the receiving server of each, as the tag of the address says, and the last
 * one is on the account's block list.
 */
export const kPeople = [
  { name: 'Ada', email: `ada@${kDomain}` },
  { name: 'Ben', email: `ben@${kDomain}` },
  { name: 'Chloe', email: `chloe+defer@${kDomain}` },
  { name: 'Dev', email: `dev+bounce@${kDomain}` },
  { name: 'Eve', email: `eve@${kDomain}` },
];
const kBounces = `dev+bounce@${kDomain}`;
const kBlocked = `eve@${kDomain}`;

export function addressOf(name: string): string {
  return `${name.toLowerCase().replace(/[^a-z0-9]+/g, '.').replace(/^\.|\.$/g, '') || 'owner'}@${kDomain}`;
}

/** What of the samples is there; computed from the state, never from a mark "wizard done". */
export interface Samples {
  domain: boolean;
  sender: boolean;
  template: number | undefined;
  group: number | undefined;
  /** Whether the group's five people are there. */
  people: boolean;
  /** The newest mail of the sample sender in the inbox. */
  mail: InboxMail | undefined;
  /** A sender domain that is no sample. */
  ownDomain: string | undefined;
  /** The newest task that mailed the sample group. */
  task: number | undefined;
  /** People who may use the console, and webhooks; 0 also for a role that may not list them. */
  users: number;
  webhooks: number;
}

export interface InboxMail {
  MailId: number;
  ReceivedTime: string;
  From: string;
  To: string;
  Subject: string;
  Bytes: number;
}

const kPageMax = 100;
const kPagesMax = 20;

/** Reads pages until `find` is satisfied or the list ends. */
async function findRow<Row>(
  action: string,
  rowsOf: (answer: { [name: string]: unknown }) => Row[],
  find: (row: Row) => boolean,
): Promise<Row | undefined> {
  for (let page = 0; page < kPagesMax; page += 1) {
    const answer = await call<{ [name: string]: unknown }>(action, { Offset: page * kPageMax, Limit: kPageMax });
    const rows = rowsOf(answer);
    const found = rows.find(find);
    if (found || rows.length < kPageMax) return found;
  }
  return undefined;
}

async function countOf(action: string): Promise<number> {
  try {
    return Number((await call<{ TotalCount: number }>(action, { Offset: 0, Limit: 1 })).TotalCount);
  } catch (fault) {
    if (isForbidden(fault)) return 0;
    throw fault;
  }
}

export async function readSamples(): Promise<Samples> {
  interface Identity {
    IdentityName: string;
  }
  const domains = await call<{ EmailIdentities: Identity[] }>('ListEmailIdentities');
  const senders = await call<{ EmailSenders: { EmailAddress: string }[] }>('ListEmailAddress');
  const template = await findRow(
    'ListEmailTemplates',
    (answer) => answer.TemplatesMetadata as { TemplateID: number; TemplateName: string; TemplateStatus: number }[],
    (row) => row.TemplateName === kTemplate && row.TemplateStatus === 0,
  );
  const group = await findRow(
    'ListReceivers',
    (answer) => answer.Data as { ReceiverId: number; ReceiversName: string; Count: number }[],
    (row) => row.ReceiversName === kGroup,
  );
  const inbox = await call<{ Data: InboxMail[] }>('ListInboxMails', { Offset: 0, Limit: 20 });
  const tasks = await call<{ Data: { TaskId: number; ReceiverId: number }[] }>('ListSendTasks', { Offset: 0, Limit: 20 });
  const names = (domains.EmailIdentities ?? []).map((row) => row.IdentityName);
  return {
    domain: names.includes(kDomain),
    sender: (senders.EmailSenders ?? []).some((row) => row.EmailAddress === kSender),
    template: template?.TemplateID,
    group: group?.ReceiverId,
    people: group !== undefined && group.Count >= kPeople.length,
    mail: (inbox.Data ?? []).find((mail) => mail.From === kSender),
    ownDomain: names.find((name) => name !== kDomain),
    task: group ? (tasks.Data ?? []).find((task) => task.ReceiverId === group.ReceiverId)?.TaskId : undefined,
    users: await countOf('ListUsers'),
    webhooks: await countOf('ListWebhooks'),
  };
}

/** Makes what of the samples is missing. Each step can be repeated. */
export async function makeSamples(have: Samples, texts: { html: string; text: string }): Promise<void> {
  if (!have.domain) await call('CreateEmailIdentity', { EmailIdentity: kDomain, DKIMOption: 1 });
  if (!have.sender) await call('CreateEmailAddress', { EmailAddress: kSender, EmailSenderName: kSenderName });
  if (have.template === undefined) {
    await call('CreateEmailTemplate', {
      TemplateName: kTemplate,
      TemplateContent: { Html: encodeText(texts.html), Text: encodeText(texts.text) },
    });
  }
  const group =
    have.group ?? (await call<{ ReceiverId: number }>('CreateReceiver', { ReceiversName: kGroup })).ReceiverId;
  if (!have.people) {
    // Before the people: they are the sign that nothing is missing.
    await call('CreateCustomBlacklist', { Emails: [kBlocked] });
    await call('CreateReceiverDetailWithData', {
      ReceiverId: group,
      Datas: kPeople.map(({ name, email }) => ({ Email: email, TemplateData: JSON.stringify({ name }) })),
    });
  }
}

/** What StopSendTask says of a task that has ended and has no mail that waits. */
const kHasEnded = 'OperationDenied';
const kLooksMax = 40;
const kLookMs = 250;

/** A deferred mail would hold its group for hours; it ends a moment after its task was stopped. */
async function stopTasks(group: number | undefined): Promise<void> {
  if (group === undefined) return;
  const tasks = await call<{ Data: { TaskId: number }[] }>('ListSendTasks', { Offset: 0, Limit: kPageMax, ReceiverId: group });
  for (const { TaskId } of tasks.Data ?? []) {
    try {
      await call('StopSendTask', { TaskId });
    } catch (fault) {
      if (!(fault instanceof ApiError && fault.code === kHasEnded)) throw fault;
      continue;
    }
    for (let look = 0; look < kLooksMax; look += 1) {
      const task = await call<{ DeferredCount: number; WaitingCount: number }>('GetSendTask', { TaskId });
      if (Number(task.DeferredCount) + Number(task.WaitingCount) === 0) break;
      await new Promise((done) => setTimeout(done, kLookMs));
    }
  }
}

/** Takes the samples away again; mail in the inbox stays. */
export async function removeSamples(have: Samples): Promise<void> {
  await stopTasks(have.group);
  if (have.group !== undefined) await call('DeleteReceiver', { ReceiverId: have.group });
  await call('DeleteCustomBlackList', { Emails: [kBlocked] });
  await call('DeleteBlackList', { EmailAddressList: [kBounces] });
  if (have.template !== undefined) await call('DeleteEmailTemplate', { TemplateID: have.template });
  if (have.sender) await call('DeleteEmailAddress', { EmailAddress: kSender });
  if (have.domain) await call('DeleteEmailIdentity', { EmailIdentity: kDomain });
}

/** The parameters of the first mail. */
export function firstMail(session: Session, template: number, subject: string) {
  return {
    FromEmailAddress: `${kSenderName} <${kSender}>`,
    Destination: [addressOf(session.user)],
    Subject: subject,
    Template: { TemplateID: template, TemplateData: JSON.stringify({ name: session.user }) },
    TriggerType: 1,
  };
}
