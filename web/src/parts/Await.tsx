import './data.css';

import type { UseQueryResult } from '@tanstack/react-query';
import { Lock } from 'lucide-react';
import type { ReactNode } from 'react';

import { ApiError } from '../api/call';
import { showShortTime } from '../format/time';
import { dataWords } from '../words/data';
import { useLanguage, useWords } from '../words/words';
import { ErrorPanel } from './ErrorPanel';
import { Note } from './Note';
import { Skeleton } from './Skeleton';

/** Whether the call was refused because the role lacks the action. */
export function isForbidden(error: unknown): boolean {
  return error instanceof ApiError && /^(AuthFailure\.)?UnauthorizedOperation/.test(error.code);
}

/**
 * What a call has read, in each of its states: grey blocks at first; the error with its ways out; the missing right by
 * name; and the values, which stay with their time when reading them again fails.
 */
export function Await<T>(props: {
  of: Pick<UseQueryResult<T, ApiError>, 'data' | 'error' | 'dataUpdatedAt' | 'refetch'>;
  /** Title of the error: what could not be read. */
  title: string;
  /** Rows of the skeleton, in the shape of what comes. */
  rows?: number;
  rowHeight?: number;
  /** Answers to an error in its own way; undefined: the error is shown as usual. */
  onError?: (error: ApiError) => ReactNode | undefined;
  children: (data: T) => ReactNode;
}) {
  const words = useWords(dataWords);
  const language = useLanguage();
  const { data, error, dataUpdatedAt, refetch } = props.of;
  if (data === undefined && error) {
    const own = props.onError?.(error);
    if (own !== undefined) return <>{own}</>;
    if (isForbidden(error)) return <Forbidden action={error.action} />;
    return <ErrorPanel title={props.title} error={error} onRetry={() => void refetch()} />;
  }
  if (data === undefined) return <Skeleton rows={props.rows ?? 6} height={props.rowHeight ?? 36} />;
  return (
    <>
      {error && (
        <Note tone="warning" title={words.stale(showShortTime(new Date(dataUpdatedAt), language))}>
          {error.message}
        </Note>
      )}
      {props.children(data)}
    </>
  );
}

/** Names the right that is missing, and who can give it. */
export function Forbidden({ action }: { action: string }) {
  const words = useWords(dataWords);
  return (
    <div className="forbidden">
      <Lock size={16} aria-hidden />
      <div>
        <p>{words.forbidden(action)}</p>
        <p className="grey small">{words.forbiddenText}</p>
      </div>
    </div>
  );
}
