import { describe, expect, it } from 'vitest';

import { fromBeijing, toBeijing } from '../../format/time';
import {
  addSample, callOf, canStop, countOf, isMoving, joinSender, kBehind, kEmptyDraft, kStates, nextRuns, outcomeOf, speedOf,
  splitSender, type Sample, type Task, type TaskStory, providersOf, ratesOf,
} from './model';

const task: Task = {
  TaskId: 17, FromEmailAddress: 'The Shop <news@mail.shop.example>', ReceiverId: 1, TaskStatus: 5, TaskType: 1,
  RequestCount: 36, SendCount: 1, CacheCount: 1, CreateTime: '2026-03-01 09:00:00', UpdateTime: '2026-03-01 09:00:00',
  Subject: 'Hi', Template: { TemplateID: 1, TemplateData: '{}' }, CycleParam: null, TimedParam: null, ErrMsg: '',
  ReceiversName: 'People',
};
const story: TaskStory = {
  Task: task, RecipientCount: 36, DeliveredCount: 1, RefusedCount: 2, DroppedCount: 3, DeferredCount: 4,
  WithheldCount: 5, SkippedCount: 6, WaitingCount: 7, StoppedCount: 8, OriginTaskId: 0, OrderedInSandbox: false, LeftOutCount: 0,
  StartTime: '', FinishTime: '', WaitingReasons: [], HeldBack: '', HeldBackSince: '', EstimatedEndTime: '', MailsPerHour: 0, MailsPerDay: 0, SpreadHours: 0,
};

describe('the bar of a task', () => {
  it('shows everybody once', () => {
    const outcome = outcomeOf(story);
    expect(outcome).toEqual({ delivered: 1, delayed: 4, refused: 2, unsent: 22, left: 7 });
    expect(Object.values(outcome).reduce((sum, count) => sum + count)).toBe(story.RecipientCount);
  });
  it('opens every state from exactly one of its parts', () => {
    expect(Object.values(kBehind).flat().sort()).toEqual([...kStates].sort());
    expect(kStates.reduce((sum, state) => sum + countOf(story, state), 0)).toBe(36);
  });
});

describe('a task', () => {
  it('moves while it goes on or a mail waits, and then can be stopped', () => {
    const ended = { ...story, Task: { ...task, TaskStatus: 10 }, WaitingCount: 0 };
    expect(isMoving(ended)).toBe(true);
    expect(canStop(ended)).toBe(true);
    expect(isMoving({ ...ended, DeferredCount: 0 })).toBe(false);
    expect(canStop({ ...ended, DeferredCount: 0 })).toBe(false);
  });
  it('begins again after its interval, from the first start on', () => {
    const recurring: Task = {
      ...task, TaskStatus: 1, TaskType: 3, CycleParam: { BeginTime: '2026-03-01 09:00:00', IntervalTime: 24 },
    };
    const now = fromBeijing('2026-03-03 10:00:00')!;
    expect(nextRuns(recurring, now, 2).map(toBeijing)).toEqual(['2026-03-04 09:00:00', '2026-03-05 09:00:00']);
    expect(nextRuns({ ...recurring, CycleParam: { ...recurring.CycleParam!, TermCycle: 1 } }, now, 2)).toEqual([]);
    expect(nextRuns({ ...recurring, TaskStatus: 10 }, now, 2)).toEqual([]);
  });
  it('is as fast as its samples say, when they span long enough', () => {
    let samples: Sample[] = [];
    samples = addSample(samples, { at: 0, done: 0 });
    samples = addSample(samples, { at: 1000, done: 50 });
    expect(speedOf(samples)).toBeUndefined();
    samples = addSample(samples, { at: 10_000, done: 500 });
    expect(speedOf(samples)).toBe(50);
    samples = addSample(samples, { at: 25_000, done: 500 });
    expect(samples[0]?.at).toBe(10_000);
  });
});

describe('a draft', () => {
  it('makes the call that the form shows', () => {
    const draft = {
      ...kEmptyDraft, group: '18446744073709551615', template: '3', sender: 'news@mail.shop.example', senderName: 'Shop',
      subject: 'Hi', when: 'timed' as const, begin: '2026-03-01T09:00', values: { name: 'you' },
    };
    expect(callOf(draft, () => '2026-03-01 16:00:00')).toEqual({
      FromEmailAddress: 'Shop <news@mail.shop.example>', ReceiverId: 18446744073709551615n, Subject: 'Hi', TaskType: 2,
      Template: { TemplateID: 3n, TemplateData: '{"name":"you"}' }, TimedParam: { BeginTime: '2026-03-01 16:00:00' },
    });
  });
  it('takes a sender apart and puts it together', () => {
    expect(splitSender('The Shop <news@mail.shop.example>')).toEqual({ name: 'The Shop', address: 'news@mail.shop.example' });
    expect(splitSender('news@mail.shop.example').name).toBe('');
    expect(joinSender('', 'a@b.example')).toBe('a@b.example');
  });
});

describe('what a running task shows of itself', () => {
  it('are its rates between samples that are a second apart', () => {
    const samples = [{ at: 0, done: 0 }, { at: 400, done: 10 }, { at: 1_000, done: 100 }, { at: 2_000, done: 150 }];
    expect(ratesOf(samples)).toEqual([{ at: 1_000, perSecond: 100 }, { at: 2_000, perSecond: 50 }]);
    expect(ratesOf([])).toEqual([]);
  });
  it('are the providers of what was not delivered, the largest first', () => {
    const row = (Email: string, State: string, Reply = '') => ({ Email, State, Reply });
    expect(providersOf([row('a@One.example', 'refused', '550 no'), row('b@two.example', 'deferred'), row('c@two.example', 'dropped', '451 busy')])).toEqual([
      { domain: 'two.example', deferred: 1, refused: 0, dropped: 1, reply: '451 busy' },
      { domain: 'one.example', deferred: 0, refused: 1, dropped: 0, reply: '550 no' },
    ]);
  });
});
