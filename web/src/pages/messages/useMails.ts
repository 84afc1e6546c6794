import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';

import { call, surroundings, type ApiError } from '../../api/call';
import { writeJson, type Json } from '../../api/json';
import { useLiveOptions } from '../../live/useLive';
import { paramsOf, type MailFilter } from './filter';
import type { Mail } from './model';

export const kPage = 50;
/** So many calls compare over a million mails; then the person decides whether to go on. */
const kCallsMax = 60;
const kEveryMs = 5_000;
/** A search that compared more mails is not repeated by itself, nor is a later page. */
const kRepeatedMax = 2 * kPage;

interface Answer {
  Data: Mail[];
  Position: string;
  ScannedCount: number | bigint;
  ScannedTo: string;
}

export interface MailPage {
  mails: Mail[];
  /** Where the next page begins; empty when there are no more mails. */
  position: string;
  scanned: number;
  /** The time of the request of the last mail that was compared, in Beijing. */
  scannedTo: string;
  /** The search ended before the page was full: the person stopped it, or it had compared enough. */
  partial: boolean;
}

/** How far a search has come while it runs. */
export interface Progress {
  scanned: number;
  scannedTo: string;
  found: number;
}

/**
 * A page of mails. Filters that no index serves are compared mail by mail, in calls of bounded work, until the page is
 * full; `stop` keeps what was found.
 */
export function useMails(filter: MailFilter, position: string) {
  const [progress, setProgress] = useState<Progress>();
  const stopped = useRef(false);
  const params = paramsOf(filter);
  const live = useLiveOptions();
  const query = useQuery<MailPage, ApiError>({
    queryKey: ['ListMails', surroundings.region, writeJson(params as Json), position],
    queryFn: async ({ signal }) => {
      stopped.current = false;
      const page: MailPage = { mails: [], position, scanned: 0, scannedTo: '', partial: false };
      for (let calls = 1; ; calls += 1) {
        const answer = await call<Answer>(
          'ListMails',
          { ...params, Limit: kPage - page.mails.length, Position: page.position || undefined },
          { signal },
        );
        page.mails.push(...answer.Data);
        page.position = answer.Position;
        page.scanned += Number(answer.ScannedCount);
        page.scannedTo = answer.ScannedTo || page.scannedTo;
        if (page.position === '' || page.mails.length >= kPage) break;
        page.partial = stopped.current || calls >= kCallsMax;
        if (page.partial) break;
        setProgress({ scanned: page.scanned, scannedTo: page.scannedTo, found: page.mails.length });
      }
      setProgress(undefined);
      return page;
    },
    ...live<MailPage>('ListMails', params as { [name: string]: Json | undefined }, {
      every: kEveryMs,
      repeats: (page) => position === '' && page.scanned <= kRepeatedMax,
    }),
  });
  return { ...query, progress: query.isFetching ? progress : undefined, stop: () => (stopped.current = true) };
}
