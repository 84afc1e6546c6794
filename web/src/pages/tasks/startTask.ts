// A task that is capped from its first mail.

import { useMutation, useQueryClient } from '@tanstack/react-query';

import { ApiError, call, newIdempotencyKey } from '../../api/call';
import { fromBeijing, toBeijing } from '../../format/time';
import { capsOf, hasCaps } from './capFields';
import { callOf, toLocalInput, type Draft, type Id, type Task } from './model';

const kLaterMs = 30 * 86_400_000;
const kOnItsWayMs = 2_000;

/**
 * The draft as it is ordered. A task gets its caps after it was ordered; so it is ordered for much later, and the call that
 * sets them moves it to its time: no mail begins without them.
 */
export function orderOf(draft: Draft, now: Date): Draft {
  if (!hasCaps(capsOf(draft))) return draft;
  const begin = draft.when === 'now' ? now : new Date(draft.begin);
  const later = new Date(Math.max(begin.getTime(), now.getTime()) + kLaterMs);
  return { ...draft, when: draft.when === 'now' ? 'timed' : draft.when, begin: toLocalInput(later) };
}

/** Orders the task, with its caps when it has some. One that does not get its caps is stopped. */
async function startTask(draft: Draft): Promise<{ TaskId: Id }> {
  const asked = performance.now();
  const order = callOf(orderOf(draft, new Date()), toBeijing);
  const made = await call<{ TaskId: Id }>('BatchSendEmail', order, { idempotencyKey: newIdempotencyKey() });
  const caps = capsOf(draft);
  if (!hasCaps(caps)) return made;
  try {
    const { Task: task } = await call<{ Task: Task }>('GetSendTask', { TaskId: made.TaskId });
    // The server's clock may differ from this machine's: its time of now is that of the order and what has passed since.
    const created = fromBeijing(task.CreateTime) ?? new Date();
    const now = created.getTime() + Math.ceil((performance.now() - asked) / 1_000) * 1_000 + kOnItsWayMs;
    const begin = draft.when === 'now' ? now : Math.max(now, new Date(draft.begin).getTime());
    await call('UpdateSendTask', { TaskId: made.TaskId, BeginTime: toBeijing(new Date(begin)), ...caps });
  } catch (fault) {
    await call('StopSendTask', { TaskId: made.TaskId }).catch(() => undefined);
    throw fault;
  }
  return made;
}

export function useStartTask() {
  const client = useQueryClient();
  return useMutation<{ TaskId: Id }, ApiError, Draft>({
    mutationFn: startTask,
    onSuccess: () => client.invalidateQueries({ queryKey: ['ListSendTasks'] }),
  });
}
