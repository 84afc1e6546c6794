import { describe, expect, it } from 'vitest';

import type { TaskStory } from '../tasks/model';
import { sumReasons } from './model';

const story = (id: number, reasons: readonly [string, number, string][]) =>
  ({
    Task: { TaskId: id },
    WaitingReasons: reasons.map(([Reason, Count, Since]) => ({ Reason, Count, Since, Text: '' })),
  }) as unknown as TaskStory;

describe('what waits', () => {
  it('is summed over the tasks, the most first, since its earliest beginning', () => {
    const sums = sumReasons([
      story(1, [['quota', 5, '2026-03-01 10:00:00'], ['deferred', 2, '']]),
      story(2, [['quota', 7, '2026-03-01 09:00:00']]),
    ]);
    expect(sums).toEqual([
      { reason: 'quota', count: 12, since: '2026-03-01 09:00:00', tasks: ['1', '2'] },
      { reason: 'deferred', count: 2, since: '', tasks: ['1'] },
    ]);
  });
});
