import {
  keepPreviousData,
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';

import { versionOf, type Version } from './actions';
import { ApiError, call, newIdempotencyKey, surroundings, type Params } from './call';
import { writeJson, type Json } from './json';
import { useLiveOptions, type Keep } from '../live/useLive';

export interface UseCallOptions<T> {
  version?: Version;
  enabled?: boolean;
  /** Milliseconds between two reads of an answer that is kept up to date, as in Keep; left out: it is not. */
  every?: Keep<T>['every'];
  /** Milliseconds between two reads that events ask for, as in Keep. */
  pace?: number;
}

/** The key under which the answer of a call is kept; its first element is the action. */
export function callKey(action: string, params: Params = {}, version = versionOf(action)): unknown[] {
  return [action, version, surroundings.region, writeJson(params as Json)];
}

/** Reads with an action. Old values stay while new ones are read. */
export function useCall<T>(
  action: string,
  params: Params = {},
  options: UseCallOptions<T> = {},
): UseQueryResult<T & { RequestId: string }, ApiError> {
  const version = options.version ?? versionOf(action);
  const live = useLiveOptions();
  return useQuery<T & { RequestId: string }, ApiError>({
    queryKey: callKey(action, params, version),
    queryFn: ({ signal }) => call<T>(action, params, { version, signal }),
    enabled: options.enabled ?? true,
    ...(options.every === undefined ? {} : live<T>(action, params, { every: options.every, pace: options.pace })),
    placeholderData: keepPreviousData,
  });
}

/**
 * Acts with an action. The answers of the actions named in `changes` are read again when it has succeeded. Every act has
 * a key of its own, so that a request that the network repeats is done once.
 */
export function useAct<T = object>(
  action: string,
  options: { version?: Version; changes?: string[] } = {},
): UseMutationResult<T & { RequestId: string }, ApiError, Params> {
  const client = useQueryClient();
  return useMutation<T & { RequestId: string }, ApiError, Params>({
    mutationFn: (params) =>
      call<T>(action, params, { version: options.version ?? versionOf(action), idempotencyKey: newIdempotencyKey() }),
    onSuccess: () =>
      Promise.all((options.changes ?? []).map((name) => client.invalidateQueries({ queryKey: [name] }))),
  });
}
