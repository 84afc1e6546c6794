import { call as callAction, type Params } from '../../api/call';

class TimedOut extends Error {}

export function callTimedOut(error: unknown): boolean {
  return error instanceof TimedOut;
}

/** A call that is given up after `ms`; then callTimedOut() says so. `signal` ends it without a word. */
export async function call<T>(action: string, params: Params, ms: number, signal: AbortSignal): Promise<T> {
  const stop = new AbortController();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    stop.abort();
  }, ms);
  const end = () => stop.abort();
  signal.addEventListener('abort', end);
  try {
    return await callAction<T>(action, params, { signal: stop.signal });
  } catch (error) {
    if (late) throw new TimedOut(action);
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}
