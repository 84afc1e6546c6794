import { CirclePause, RotateCcw } from 'lucide-react';
import { Link } from 'react-router-dom';

import { useAct, useCall } from '../../api/query';
import { fromBeijing, showShortTime } from '../../format/time';
import { Button, StateMark, useToast } from '../../parts';
import { useConsole, useMay } from '../../shell/SessionContext';
import { useLanguage, useWords } from '../../words/words';
import { useWay } from '../delivery/DomainWay';
import { PausedMark } from '../delivery/QueueMarks';
import { kSweepChanges, longestOf, paramsOf, queuePath, type Pause, type Scope } from '../delivery/queueModel';
import { queueWords } from '../delivery/queueWords';
import { holdsOf } from '../delivery/siteModel';
import { Why } from '../delivery/Sites';
import { siteWords } from '../delivery/siteWords';
import type { Check } from '../settings/Health';
import { domainOf, type Mail } from './model';
import { words } from './words';

const kEveryMs = 5_000;

/** What a mail that waits waits for besides its time, and the way to try it at once. */
export function Waits({ mail }: { mail: Mail }) {
  const w = useWords(words);
  const q = useWords(queueWords);
  const s = useWords(siteWords);
  const language = useLanguage();
  const toast = useToast();
  const may = useMay();
  const { session } = useConsole();
  const scope: Scope = { domain: domainOf(mail.ToEmailAddress), account: session.account };
  const params = paramsOf(scope);
  const pauses = useCall<{ Data: Pause[] }>(
    'ListDeliveryPauses',
    { ...params, Offset: 0, Limit: 100 },
    { every: kEveryMs, enabled: may('ListDeliveryPauses') },
  );
  const health = useCall<{ Checks: Check[] }>('GetHealth', {}, { every: kEveryMs, enabled: may('GetHealth') });
  const way = useWay(scope.domain);
  const retry = useAct<{ Count: number }>('RetryWaitingMail', { changes: kSweepChanges });
  const pause = longestOf(pauses.data?.Data ?? []);
  const held = health.data?.Checks.find((check) => check.Name === 'held' && check.State !== 'ok');
  return (
    <div className="waits small">
      {held && <p className="warning-text">{held.Text}</p>}
      {pause && <PausedMark since={pause.SinceTime} until={pause.UntilTime} reason={pause.Reason} />}
      {holdsOf(way?.data, domainOf(mail.FromEmailAddress)).map((hold) => (
        <span key={hold.Path} className="queue-below">
          <StateMark icon={CirclePause} tone="warning">
            {s.heldUntil(showShortTime(fromBeijing(hold.UntilTime), language))}
          </StateMark>
          <Why rule={hold.Rule} reply={hold.Reply} />
        </span>
      ))}
      {may('ListDeliveryQueues') && <Link to={queuePath(scope)}>{w.queueOf(scope.domain)}</Link>}
      <Button
        small
        icon={<RotateCcw size={14} aria-hidden />}
        aria-label={w.retryOf(scope.domain)}
        disabled={retry.isPending}
        reason={pause ? q.retryPaused : undefined}
        call={{ action: 'RetryWaitingMail', params }}
        onClick={() =>
          retry.mutate(params, {
            onSuccess: (answer) => toast(q.retried(Number(answer.Count))),
            onError: (error) => toast(`${error.message} (${error.code})`, 'error'),
          })
        }
      >
        {w.retryAll}
      </Button>
    </div>
  );
}
