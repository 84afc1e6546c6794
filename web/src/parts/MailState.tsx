import { AtSign, CircleCheck, Clock, OctagonMinus, RefreshCw, ShieldAlert, SquareX, type LucideIcon } from 'lucide-react';

import { dataWords } from '../words/data';
import { useWords } from '../words/words';
import { StateMark, type Tone } from './StateMark';
import { ApiState } from './states';

/** What became of a mail: why it was not sent, else what the receiving server did. */
export function MailState({ send, deliver }: { send: number; deliver: number }) {
  return send !== 0 ? <ApiState kind="send" status={send} /> : <ApiState kind="deliver" status={deliver} />;
}

const kLooks: Readonly<Record<string, readonly [LucideIcon, Tone]>> = {
  delivered: [CircleCheck, 'success'],
  refused: [SquareX, 'error'],
  dropped: [OctagonMinus, 'warning'],
  withheld: [ShieldAlert, 'warning'],
  skipped: [AtSign, 'error'],
  deferred: [RefreshCw, 'warning'],
  waiting: [Clock, 'neutral'],
  stopped: [OctagonMinus, 'neutral'],
};

/** The state of a recipient of a task, as GetSendTask counts it; a withheld one says why. */
export function RecipientState({ state, sendStatus }: { state: string; sendStatus: number }) {
  const words = useWords(dataWords).recipient as Readonly<Record<string, string>>;
  if (state === 'withheld' && sendStatus !== 0) return <ApiState kind="send" status={sendStatus} />;
  const [icon, tone] = kLooks[state] ?? ([Clock, 'neutral'] as const);
  return (
    <StateMark icon={icon} tone={tone} title={state}>
      {words[state] ?? state}
    </StateMark>
  );
}
