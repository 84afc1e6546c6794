// Volumes by day as GetStatisticsReport and GetTrackingReport count them.

import { addDays } from '../messages/model';

export interface Volume {
  readonly SendDate: string;
  readonly RequestCount: number;
  readonly AcceptedCount: number;
  readonly DeliveredCount: number;
  readonly OpenedCount: number;
  readonly ClickedCount: number;
  readonly BounceCount: number;
  readonly UnsubscribeCount: number;
}

export interface Row extends Volume {
  readonly MachineOpenedCount: number;
}

export const kFields = [
  'RequestCount', 'AcceptedCount', 'DeliveredCount', 'BounceCount', 'OpenedCount', 'MachineOpenedCount', 'ClickedCount',
  'UnsubscribeCount',
] as const;
export type Field = (typeof kFields)[number];

export const kDaysMax = 366;

/** Days between two dates, both counted. */
export function daysBetween(start: string, end: string): number {
  return Math.round((Date.parse(`${end}T00:00:00Z`) - Date.parse(`${start}T00:00:00Z`)) / 86_400_000) + 1;
}

/** The days with mail, newest first, with the opens of machines beside them. */
export function rowsOf(volumes: readonly Volume[], machines: ReadonlyMap<string, number>): Row[] {
  return volumes
    .map((volume) => ({ ...volume, MachineOpenedCount: machines.get(volume.SendDate) ?? 0 }))
    .sort((a, b) => (a.SendDate < b.SendDate ? 1 : -1));
}

export interface Series {
  readonly days: readonly string[];
  readonly delivered: readonly number[];
  readonly bounced: readonly number[];
  readonly other: readonly number[];
}

/** Every day of the range, also those without mail, for the axis of the chart. */
export function seriesOf(rows: readonly Row[], start: string, end: string): Series {
  const byDay = new Map(rows.map((row) => [row.SendDate, row]));
  const days: string[] = [];
  for (let day = start; day <= end && days.length < kDaysMax; day = addDays(day, 1)) days.push(day);
  const pick = (value: (row: Row) => number) => days.map((day) => {
    const row = byDay.get(day);
    return row ? value(row) : 0;
  });
  return {
    days,
    delivered: pick((row) => Number(row.DeliveredCount)),
    bounced: pick((row) => Number(row.BounceCount)),
    other: pick((row) => Math.max(0, Number(row.AcceptedCount) - Number(row.DeliveredCount) - Number(row.BounceCount))),
  };
}
