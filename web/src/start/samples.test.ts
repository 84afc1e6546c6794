import { beforeEach, expect, it, vi } from 'vitest';

import { ApiError } from '../api/call';
import { readSamples, removeSamples, type Samples } from './samples';

let asked: string[];
let refused: { [action: string]: string };

vi.mock('../api/call', async (original) => {
  const real = await original<typeof import('../api/call')>();
  return {
    ...real,
    call: (action: string) => {
      asked.push(action);
      if (refused[action]) return Promise.reject(new real.ApiError(refused[action], '', undefined, action));
      return Promise.resolve({ TotalCount: 3, Data: action === 'ListSendTasks' ? [{ TaskId: 1 }] : [], TemplatesMetadata: [], DeferredCount: 0, WaitingCount: 0 });
    },
  };
});

beforeEach(() => {
  asked = [];
  refused = {};
});

it('a list that the role may not read counts as empty, one that could not be read does not', async () => {
  refused = { ListUsers: 'AuthFailure.UnauthorizedOperation' };
  expect(await readSamples()).toMatchObject({ users: 0, webhooks: 3 });
  refused = { ListUsers: 'InternalError' };
  await expect(readSamples()).rejects.toBeInstanceOf(ApiError);
});

it('a task that has ended is in nobody’s way, another refusal keeps the samples', async () => {
  const have: Samples = {
    domain: true, sender: true, template: 1, group: 1, people: true, mail: undefined, ownDomain: undefined, task: 1, users: 1, webhooks: 0,
  };
  refused = { StopSendTask: 'OperationDenied' };
  await removeSamples(have);
  expect(asked).toEqual([
    'ListSendTasks', 'StopSendTask', 'DeleteReceiver', 'DeleteCustomBlackList', 'DeleteBlackList', 'DeleteEmailTemplate',
    'DeleteEmailAddress', 'DeleteEmailIdentity',
  ]);
  asked = [];
  refused = { StopSendTask: 'InternalError' };
  await expect(removeSamples(have)).rejects.toBeInstanceOf(ApiError);
  expect(asked).toEqual(['ListSendTasks', 'StopSendTask']);
});
