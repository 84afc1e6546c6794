import { lazy, Suspense, useEffect, useState } from 'react';
import { Link } from 'react-router-dom';

import { useAct, useCall } from '../api/query';
import type { Json } from '../api/json';
import { showNumber } from '../format/number';
import { Button, ErrorPanel, Note, Section } from '../parts';
import { Forbidden, isForbidden } from '../parts/Await';
import { Secret } from '../parts/Secret';
import { useMay } from '../shell/SessionContext';
import { startWords } from '../words/start';
import { useLanguage, useWords } from '../words/words';
import { firstOutside, type CallGroup } from './outside';

// The samples in ten languages belong to the Explorer; the first steps do not wait for them.
const CallSamples = lazy(() => import('../pages/explorer/CallSamples'));

const kEveryMs = 2_000;
/** What the key of the first steps may call. */
const kActions = ['SendEmail', 'GetSendEmailStatus'];

/** A key, the call in ten languages, and the first call of a program outside, as soon as the server has got it. */
export function FirstCall({ params }: { params: { [name: string]: Json } }) {
  const words = useWords(startWords).code;
  const may = useMay();
  const key = useAct<{ SecretId: string; SecretKey: string }>('CreateCredential', { changes: ['ListCredentials'] });
  const make = { Name: words.keyName, Permission: 'list', Actions: kActions };
  return (
    <Section title={words.title}>
      <Waiting />
      {key.data ? (
        <Secret
          title={words.shownOnce}
          text={words.shownOnceText}
          values={[
            ['TENCENTCLOUD_SECRET_ID', key.data.SecretId],
            ['TENCENTCLOUD_SECRET_KEY', key.data.SecretKey],
          ]}
        />
      ) : !may('CreateCredential') ? (
        <Forbidden action="CreateCredential" />
      ) : (
        <div className="start-acts">
          <Button disabled={key.isPending} call={{ action: 'CreateCredential', params: make }} onClick={() => key.mutate(make)}>
            {words.makeKey}
          </Button>
          <span className="small grey">{words.makeKeyText}</span>
        </div>
      )}
      {key.error && <ErrorPanel title={words.noKey} error={key.error} />}
      {key.data && (
        <Suspense fallback={null}>
          <CallSamples action="SendEmail" params={params} />
        </Suspense>
      )}
    </Section>
  );
}

const wasDone = (call: CallGroup | undefined) => call?.Code === '';

/** Says whether a program outside has called; looks again every few seconds until a call of one was carried out. */
function Waiting() {
  const words = useWords(startWords).code;
  const language = useLanguage();
  const calls = useCall<{ Groups: CallGroup[] }>('ListCalls', { Limit: 1 }, {
    every: (answer) => (wasDone(firstOutside(answer?.Groups ?? [])) ? false : kEveryMs),
  });
  // Calls after it, which a read for another reason may bring, do not take its place.
  const [first, setFirst] = useState<CallGroup>();
  const seen = first ?? firstOutside(calls.data?.Groups ?? []);
  useEffect(() => {
    if (!first && wasDone(seen)) setFirst(seen);
  }, [seen, first]);
  const call = useCall<{ Call: { DurationUs: number } }>('GetCall', { RequestId: seen?.LastRequestId ?? '' }, {
    enabled: seen !== undefined,
  });
  if (isForbidden(calls.error)) return <Forbidden action="ListCalls" />;
  if (calls.error) return <ErrorPanel title={words.noCalls} error={calls.error} onRetry={() => void calls.refetch()} />;
  const client = seen?.Client === '' ? words.unnamed : (seen?.Client ?? '');
  const ms = call.data ? showNumber(Math.max(1, Math.round(Number(call.data.Call.DurationUs) / 1_000)), language) : '…';
  return (
    <div role="status">
      {!seen ? (
        <Note tone="info" title={words.waiting}>
          <p>{words.waitingText}</p>
        </Note>
      ) : (
        <Note tone={seen.Code === '' ? 'success' : 'warning'} title={seen.Code === '' ? words.came(client, ms) : words.refused(client, seen.Code)}>
          <p>
            <Link to={`/calls/${seen.LastRequestId}`}>{words.show(seen.Action)}</Link>
          </p>
        </Note>
      )}
    </div>
  );
}
