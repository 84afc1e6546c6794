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
import { kLive } from '../live/refresh';
import { useInterval } from '../live/useLive';

export interface UseCallOptions {
  version?: Version;
  enabled?: boolean;
  /**
   * The answer is kept up to date: it is read again when the event stream says that it has changed, or, without a stream,
   * every so many milliseconds while the page is visible.
   */
  every?: number;
  /** Milliseconds between two reads that events ask for; left out: a second. For answers that are much work. */
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
  options: UseCallOptions = {},
): UseQueryResult<T & { RequestId: string }, ApiError> {
  const version = options.version ?? versionOf(action);
  const interval = useInterval(action, params, options.every);
  return useQuery<T & { RequestId: string }, ApiError>({
    queryKey: callKey(action, params, version),
    queryFn: ({ signal }) => call<T>(action, params, { version, signal }),
    enabled: options.enabled ?? true,
    refetchInterval: interval,
    ...(options.every === undefined ? {} : { meta: { ...kLive, paceMs: options.pace ?? 0 } }),
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
