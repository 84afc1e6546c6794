import { CirclePause } from 'lucide-react';

import { fromBeijing, showShortTime } from '../../format/time';
import { StateMark, Time } from '../../parts';
import { useLanguage, useWords } from '../../words/words';
import { queueWords } from './queueWords';

/** That delivery is paused, until when and why; nothing when it is not. */
export function PausedMark({ since, until, reason }: { since: string; until: string; reason: string }) {
  const w = useWords(queueWords);
  const language = useLanguage();
  if (since === '') return null;
  return (
    <span className="queue-pause">
      <StateMark icon={CirclePause} tone="warning">
        {until === '' ? w.paused : w.pausedUntil(showShortTime(fromBeijing(until), language))}
      </StateMark>{' '}
      <span className="cell-text">{reason}</span>
    </span>
  );
}

/** When mail is tried next; a time that is over means now. */
export function DueTime({ at }: { at: Date | undefined }) {
  const w = useWords(queueWords);
  return at && at <= new Date() ? <span title={at.toISOString()}>{w.due}</span> : <Time at={at} />;
}
