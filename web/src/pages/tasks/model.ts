// Send tasks as the API tells them, and what the pages reckon from them.

import type { Json } from '../../api/json';
import { fromBeijing } from '../../format/time';
import { kNoCaps, type CapFields, type Caps } from './capFields';
import type { Origin } from '../../parts/CallOrigin';

export type Id = number | bigint;

export interface Task {
  readonly TaskId: Id;
  readonly FromEmailAddress: string;
  readonly ReceiverId: Id;
  readonly TaskStatus: number;
  readonly TaskType: number;
  readonly RequestCount: number;
  readonly SendCount: number;
  readonly CacheCount: number;
  readonly CreateTime: string;
  readonly UpdateTime: string;
  readonly Subject: string;
  readonly Template: { readonly TemplateID: Id; readonly TemplateData: string } | null;
  readonly CycleParam: { readonly BeginTime: string; readonly IntervalTime: number; readonly TermCycle?: number } | null;
  readonly TimedParam: { readonly BeginTime: string } | null;
  readonly ErrMsg: string;
  readonly ReceiversName: string;
}

/** The eight states of a recipient; GetSendTask counts each. */
export const kStates = [
  'delivered', 'deferred', 'refused', 'dropped', 'withheld', 'skipped', 'stopped', 'waiting',
] as const;
export type RecipientState = (typeof kStates)[number];

export interface TaskStory extends Caps {
  readonly Task: Task;
  readonly RecipientCount: number;
  readonly DeliveredCount: number;
  readonly RefusedCount: number;
  readonly DroppedCount: number;
  readonly DeferredCount: number;
  readonly WithheldCount: number;
  readonly SkippedCount: number;
  readonly WaitingCount: number;
  readonly StoppedCount: number;
  readonly OriginTaskId: Id;
  readonly OrderedInSandbox: boolean;
  readonly LeftOutCount: number;
  readonly StartTime: string;
  readonly FinishTime: string;
  readonly WaitingReasons: readonly {
    readonly Reason: string;
    readonly Count: number;
    readonly Since: string;
    readonly Text: string;
  }[];
  readonly HeldBack: string;
  readonly HeldBackSince: string;
  readonly Call?: Origin;
  readonly EstimatedEndTime: string;
}

export interface Recipient {
  readonly Number: number;
  readonly Email: string;
  readonly State: RecipientState;
  readonly Reason: string;
  readonly Reply: string;
  readonly Class: string;
  readonly MessageId: string;
  readonly SendStatus: number;
  readonly Attempts: number;
  readonly FirstAttemptTime: string;
  readonly NextAttemptTime: string;
  readonly DeliverTime: string;
}

export function countOf(story: TaskStory, state: RecipientState): number {
  switch (state) {
    case 'delivered': return story.DeliveredCount;
    case 'deferred': return story.DeferredCount;
    case 'refused': return story.RefusedCount;
    case 'dropped': return story.DroppedCount;
    case 'withheld': return story.WithheldCount;
    case 'skipped': return story.SkippedCount;
    case 'stopped': return story.StoppedCount;
    case 'waiting': return story.WaitingCount;
  }
}

/** The five parts of a task's bar: their sum is the number of its recipients. */
export interface Outcome {
  readonly delivered: number;
  readonly delayed: number;
  readonly refused: number;
  readonly unsent: number;
  readonly left: number;
}

/** The states behind each part of the bar, which its number opens. */
export const kBehind: Readonly<Record<keyof Outcome, readonly RecipientState[]>> = {
  delivered: ['delivered'],
  delayed: ['deferred'],
  refused: ['refused'],
  unsent: ['dropped', 'withheld', 'skipped', 'stopped'],
  left: ['waiting'],
};

export function outcomeOf(story: TaskStory): Outcome {
  const sum = (states: readonly RecipientState[]) =>
    states.reduce((total, state) => total + countOf(story, state), 0);
  return {
    delivered: sum(kBehind.delivered),
    delayed: sum(kBehind.delayed),
    refused: sum(kBehind.refused),
    unsent: sum(kBehind.unsent),
    left: sum(kBehind.left),
  };
}

export const kWaiting = 1;
export const kSending = 5;
export const kPaused = 6;
export const kFailed = 7;
export const kFinished = 10;

export function hasEnded(task: Task): boolean {
  return task.TaskStatus === kFailed || task.TaskStatus === kFinished;
}

/** Whether numbers can still change: then the page reads them again. */
export function isMoving(story: TaskStory): boolean {
  return !hasEnded(story.Task) || story.DeferredCount > 0;
}

/** StopSendTask has something to end: a task that goes on, or mails that wait. */
export function canStop(story: TaskStory): boolean {
  return !hasEnded(story.Task) || story.DeferredCount > 0 || story.WaitingCount > 0;
}

/** The next `count` starts of a task after `now`; none when it has ended or starts by itself no more. */
export function nextRuns(task: Task, now: Date, count: number): Date[] {
  if (hasEnded(task)) return [];
  const begin = fromBeijing(task.TaskType === 3 ? task.CycleParam?.BeginTime : task.TimedParam?.BeginTime);
  if (begin === undefined) return [];
  if (task.TaskType === 2 || task.CycleParam?.TermCycle === 1) return begin > now ? [begin] : [];
  const step = Number(task.CycleParam?.IntervalTime ?? 0) * 3_600_000;
  if (task.TaskType !== 3 || !(step > 0)) return [];
  const passed = Math.max(0, Math.ceil((now.getTime() - begin.getTime()) / step));
  return Array.from({ length: count }, (_none, index) => new Date(begin.getTime() + (passed + index) * step));
}

/** A point of the measured speed. */
export interface Sample {
  /** Milliseconds of a steady clock. */
  readonly at: number;
  /** Mails with a final outcome then. */
  readonly done: number;
}

/** How long the speed looks back, and the shortest time that says anything. */
const kWindowMs = 20_000;
const kWindowMinMs = 2_000;

export function addSample(samples: readonly Sample[], sample: Sample): Sample[] {
  return [...samples.filter((old) => old.at > sample.at - kWindowMs), sample];
}

/** Mails a second over the samples; undefined when they say nothing yet. */
export function speedOf(samples: readonly Sample[]): number | undefined {
  const first = samples[0];
  const last = samples[samples.length - 1];
  if (first === undefined || last === undefined || last.at - first.at < kWindowMinMs) return undefined;
  return Math.max(0, ((last.done - first.done) * 1000) / (last.at - first.at));
}

/** "Name <address>" or "address" into both; the name may be empty. */
export function splitSender(sender: string): { name: string; address: string } {
  const found = /^(.*?)\s*<([^<>]*)>$/.exec(sender);
  return found ? { name: (found[1] ?? '').trim(), address: found[2] ?? '' } : { name: '', address: sender.trim() };
}

export function joinSender(name: string, address: string): string {
  return name.trim() === '' ? address : `${name.trim()} <${address}>`;
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** What the form of a new task holds. */
export interface Draft extends CapFields {
  readonly group: string;
  readonly template: string;
  readonly sender: string;
  readonly senderName: string;
  readonly subject: string;
  readonly reply: string;
  readonly unsubscribe: string;
  readonly ad: string;
  readonly when: 'now' | 'timed' | 'recurring';
  /** The value of an input of type datetime-local, in the viewer's zone. */
  readonly begin: string;
  readonly interval: string;
  /** Values for everybody, by name. */
  readonly values: Readonly<Record<string, string>>;
}

export const kEmptyDraft: Draft = {
  group: '', template: '', sender: '', senderName: '', subject: '', reply: '', unsubscribe: '', ad: '0', when: 'now',
  begin: '', interval: '24', values: {}, ...kNoCaps,
};

/** Digits of an id as the number that the API takes. */
export function idParam(text: string): Json {
  return BigInt(text);
}

/** The call that the draft makes. `beijing` writes an instant as the API's wall time. */
export function callOf(draft: Draft, beijing: (instant: Date) => string): { [name: string]: Json | undefined } {
  const begin = draft.begin === '' ? '' : beijing(new Date(draft.begin));
  return {
    FromEmailAddress: joinSender(draft.senderName, draft.sender),
    ReceiverId: idParam(draft.group || '0'),
    Subject: draft.subject,
    TaskType: { now: 1, timed: 2, recurring: 3 }[draft.when],
    ReplyToAddresses: draft.reply === '' ? undefined : draft.reply,
    Template: { TemplateID: idParam(draft.template || '0'), TemplateData: JSON.stringify(draft.values) },
    TimedParam: draft.when === 'timed' ? { BeginTime: begin } : undefined,
    CycleParam:
      draft.when === 'recurring' ? { BeginTime: begin, IntervalTime: Number(draft.interval), TermCycle: 0 } : undefined,
    Unsubscribe: draft.unsubscribe === '' ? undefined : draft.unsubscribe,
    ADLocation: draft.ad === '0' ? undefined : Number(draft.ad),
  };
}

/** The draft that would make this task again; its group may be gone. */
export function draftOf(task: Task, toLocal: (instant: Date) => string): Draft {
  const sender = splitSender(task.FromEmailAddress);
  const begin = fromBeijing(task.TaskType === 3 ? task.CycleParam?.BeginTime : task.TimedParam?.BeginTime);
  let values: Record<string, string> = {};
  try {
    values = JSON.parse(task.Template?.TemplateData ?? '{}') as Record<string, string>;
  } catch {
    // The task was accepted with it, so this is text for people who were uploaded with data.
  }
  return {
    ...kEmptyDraft,
    group: String(task.ReceiverId),
    template: task.Template ? String(task.Template.TemplateID) : '',
    sender: sender.address,
    senderName: sender.name,
    subject: task.Subject,
    when: task.TaskType === 3 ? 'recurring' : task.TaskType === 2 ? 'timed' : 'now',
    begin: begin ? toLocal(begin) : '',
    interval: String(task.CycleParam?.IntervalTime ?? 24),
    values,
  };
}

/** An instant as the value of an input of type datetime-local. */
export function toLocalInput(instant: Date): string {
  const shifted = new Date(instant.getTime() - instant.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** A mail rate over the time between two samples that are at least a second apart. */
export interface Rate {
  readonly at: number;
  readonly perSecond: number;
}

const kRateStepMs = 1_000;
/** Ten minutes of the page at a point a second. */
export const kRatesMax = 600;

/** The rates between samples, which may come more often. */
export function ratesOf(samples: readonly Sample[]): Rate[] {
  const rates: Rate[] = [];
  let last = samples[0];
  for (const sample of samples.slice(1)) {
    if (last === undefined || sample.at - last.at < kRateStepMs) continue;
    rates.push({ at: sample.at, perSecond: Math.max(0, ((sample.done - last.done) * 1000) / (sample.at - last.at)) });
    last = sample;
  }
  return rates;
}

/** A recipient of a task, as far as the sums by provider need it. */
export interface TaskRecipient {
  readonly Email: string;
  readonly State: string;
  readonly Reply: string;
}

export interface ProviderSum {
  readonly domain: string;
  readonly deferred: number;
  readonly refused: number;
  readonly dropped: number;
  /** The reply of one of them. */
  readonly reply: string;
}

/** As many rows as one call answers with. */
export const kProviderRows = 100;

/** Recipients taken together by their domain, the one with most of them first. */
export function providersOf(rows: readonly TaskRecipient[]): ProviderSum[] {
  const sums = new Map<string, { deferred: number; refused: number; dropped: number; reply: string }>();
  for (const row of rows) {
    const domain = row.Email.slice(row.Email.lastIndexOf('@') + 1).toLowerCase();
    const sum = sums.get(domain) ?? { deferred: 0, refused: 0, dropped: 0, reply: '' };
    if (row.State === 'deferred' || row.State === 'refused' || row.State === 'dropped') sum[row.State] += 1;
    if (sum.reply === '') sum.reply = row.Reply;
    sums.set(domain, sum);
  }
  const all = (sum: ProviderSum) => sum.deferred + sum.refused + sum.dropped;
  return [...sums].map(([domain, sum]) => ({ domain, ...sum })).sort((a, b) => all(b) - all(a));
}
