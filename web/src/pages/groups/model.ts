// Recipient groups as the API tells them.

import { useQuery, type UseQueryResult } from '@tanstack/react-query';

import { useLiveOptions } from '../../live/useLive';
import { call, surroundings, type ApiError } from '../../api/call';

export type Id = number | bigint;

export interface Group {
  readonly ReceiverId: Id;
  readonly ReceiversName: string;
  readonly Count: number;
  readonly Desc: string;
  /** 1 empty, 2 an upload is being stored, 3 ready. */
  readonly ReceiversStatus: number;
  readonly CreateTime: string;
  readonly InvalidCount: number;
}

export interface Person {
  readonly Email: string;
  readonly CreateTime: string;
  readonly TemplateData: string;
  readonly Reason: string;
  /** 1 valid, 2 malformed. */
  readonly Status: number;
  readonly EmailId: Id;
}

export interface ServerLimits {
  readonly RecipientsPerRequest: number;
  readonly RecipientsPerGroup: number;
  readonly TemplateDataBytes: number;
}

const kPage = 100;
/** More groups than that an account cannot have in most settings; looking on would take too many calls. */
const kPagesMax = 20;

/** One group: the API lists them only, newest first, so the list is read until it comes. null when there is none. */
export function useGroup(id: string, every?: number): UseQueryResult<Group | null, ApiError> {
  const live = useLiveOptions();
  return useQuery<Group | null, ApiError>({
    queryKey: ['ListReceivers', 'one', surroundings.region, id],
    queryFn: async ({ signal }) => {
      for (let page = 0; page < kPagesMax; page += 1) {
        const params = { Offset: page * kPage, Limit: kPage };
        const answer = await call<{ TotalCount: number; Data: Group[] }>('ListReceivers', params, { signal });
        const found = answer.Data.find((group) => String(group.ReceiverId) === id);
        if (found) return found;
        if ((page + 1) * kPage >= answer.TotalCount) return null;
      }
      return null;
    },
    ...live<Group | null>('ListReceivers', {}, { every: (group) => (group?.ReceiversStatus === 2 ? 1_000 : (every ?? false)) }),
  });
}

/** The data of a person as names and values; undefined when there is none that can be read. */
export function valuesOf(person: Person): Readonly<Record<string, string>> {
  if (person.TemplateData === '') return {};
  try {
    const value: unknown = JSON.parse(person.TemplateData);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, String(one)]));
  } catch {
    return {};
  }
}

/** The names of the variables of the rows, in the order in which they come. */
export function namesOf(people: readonly Person[]): string[] {
  const names = new Set<string>();
  for (const person of people) for (const name of Object.keys(valuesOf(person))) names.add(name);
  return [...names];
}
