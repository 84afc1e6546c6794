import type { TaskStory } from '../tasks/model';

/** Why recipients of several tasks wait, taken together. */
export interface WaitingSum {
  readonly reason: string;
  readonly count: number;
  /** The earliest beginning, as the API writes it. */
  readonly since: string;
  readonly tasks: readonly string[];
}

/** The reasons of all tasks, the one with most recipients first. */
export function sumReasons(stories: readonly TaskStory[]): WaitingSum[] {
  const sums = new Map<string, { count: number; since: string; tasks: string[] }>();
  for (const story of stories) {
    for (const reason of story.WaitingReasons) {
      const sum = sums.get(reason.Reason) ?? { count: 0, since: reason.Since, tasks: [] };
      sum.count += Number(reason.Count);
      // Times are written so that the earlier one is the smaller text.
      if (sum.since === '' || (reason.Since !== '' && reason.Since < sum.since)) sum.since = reason.Since;
      sum.tasks.push(String(story.Task.TaskId));
      sums.set(reason.Reason, sum);
    }
  }
  return [...sums].map(([reason, sum]) => ({ reason, ...sum })).sort((a, b) => b.count - a.count);
}
