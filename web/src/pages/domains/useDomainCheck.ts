import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';

import { call, callTimedOut } from './bounded';
import type { CheckAnswer } from './servers';

/** The server's own deadline is 8 s; this one is for a server that does not answer at all. */
export const kDeadlineMs = 10_000;
/** The first checks follow each other quickly: a record that was just set appears by itself. */
const kSteps: readonly (readonly [untilMs: number, everyMs: number])[] = [
  [5 * 60_000, 10_000],
  [15 * 60_000, 30_000],
  [60 * 60_000, 60_000],
  [Number.POSITIVE_INFINITY, 300_000],
];

export interface DomainCheck {
  readonly checking: boolean;
  /** When the last check ended; undefined before the first. */
  readonly checkedAt: Date | undefined;
  /** Seconds until the next one. */
  readonly nextIn: number | undefined;
  /** What the servers said last, also when a later check failed; undefined before the first answer. */
  readonly answer: CheckAnswer | undefined;
  /** When they said it. */
  readonly answeredAt: Date | undefined;
  readonly late: boolean;
  readonly error: unknown;
  readonly check: () => void;
}

/** Looks the records up when the page opens and again and again while it is open; each check has a deadline. */
export function useDomainCheck(name: string, enabled: boolean): DomainCheck {
  const client = useQueryClient();
  const [checking, setChecking] = useState(false);
  const [checkedAt, setCheckedAt] = useState<Date>();
  const [next, setNext] = useState<number>();
  const [nextIn, setNextIn] = useState<number>();
  const [answer, setAnswer] = useState<CheckAnswer>();
  const [answeredAt, setAnsweredAt] = useState<Date>();
  const [late, setLate] = useState(false);
  const [error, setError] = useState<unknown>();
  const opened = useRef(Date.now());
  const running = useRef<AbortController>();

  const check = useCallback(async () => {
    if (running.current) return;
    const stop = new AbortController();
    running.current = stop;
    setChecking(true);
    try {
      setAnswer(await call<CheckAnswer>('CheckEmailIdentity', { EmailIdentity: name }, kDeadlineMs, stop.signal));
      setAnsweredAt(new Date());
      setLate(false);
      setError(undefined);
      void client.invalidateQueries({ queryKey: ['GetEmailIdentity'] });
      void client.invalidateQueries({ queryKey: ['ListEmailIdentities'] });
    } catch (failure) {
      if (stop.signal.aborted) return;
      setLate(callTimedOut(failure));
      setError(callTimedOut(failure) ? undefined : failure);
    } finally {
      running.current = undefined;
    }
    setChecking(false);
    setCheckedAt(new Date());
    const age = Date.now() - opened.current;
    const step = kSteps.find(([until]) => age < until)?.[1] ?? 300_000;
    setNext(Date.now() + step);
  }, [client, name]);

  useEffect(() => {
    if (!enabled) return undefined;
    void check();
    return () => {
      running.current?.abort();
      running.current = undefined;
    };
  }, [check, enabled]);

  useEffect(() => {
    if (!enabled || next === undefined) return undefined;
    const timer = setInterval(() => {
      const left = next - Date.now();
      setNextIn(Math.max(0, Math.ceil(left / 1000)));
      // A hidden page asks nobody.
      if (left <= 0 && !document.hidden) {
        setNext(undefined);
        void check();
      }
    }, 500);
    return () => clearInterval(timer);
  }, [check, enabled, next]);

  return { checking, checkedAt, nextIn, answer, answeredAt, late, error, check: () => void check() };
}
