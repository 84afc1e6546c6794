import { describe, expect, it } from 'vitest';

import { daysBetween, rowsOf, seriesOf, type Volume } from './model';

const volume = (SendDate: string, change: Partial<Volume> = {}): Volume => ({
  SendDate, RequestCount: 10, AcceptedCount: 9, DeliveredCount: 6, OpenedCount: 0, ClickedCount: 0, BounceCount: 2,
  UnsubscribeCount: 0, ...change,
});

describe('statistics', () => {
  it('count both ends of a range', () => {
    expect(daysBetween('2026-02-27', '2026-03-01')).toBe(3);
    expect(daysBetween('2026-03-02', '2026-03-01')).toBe(0);
  });
  it('list the newest day first, with the opens of machines', () => {
    const rows = rowsOf([volume('2026-03-01'), volume('2026-03-02')], new Map([['2026-03-01', 5]]));
    expect(rows.map((row) => [row.SendDate, row.MachineOpenedCount])).toEqual([['2026-03-02', 0], ['2026-03-01', 5]]);
  });
  it('have a place for every day of the range, and nothing below zero', () => {
    const rows = rowsOf([volume('2026-03-01'), volume('2026-03-03', { BounceCount: 5 })], new Map());
    expect(seriesOf(rows, '2026-03-01', '2026-03-03')).toEqual({
      days: ['2026-03-01', '2026-03-02', '2026-03-03'], delivered: [6, 0, 6], bounced: [2, 0, 5], other: [1, 0, 0],
    });
  });
});
