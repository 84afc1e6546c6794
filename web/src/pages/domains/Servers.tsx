import { CircleCheck, CircleX, Clock, type LucideIcon } from 'lucide-react';

import { StateMark, type Tone } from '../../parts';
import { useWords } from '../../words/words';
import { allRight, toneOf, type ServerVerdict, type Tone as Verdict } from './servers';
import { words } from './words';

const kMarks: Readonly<Record<Verdict, readonly [LucideIcon, Tone]>> = {
  good: [CircleCheck, 'success'],
  bad: [CircleX, 'error'],
  unknown: [Clock, 'warning'],
};

/** The answers of the resolver and of each name server about one record; `shown` is a value that stands above already. */
export function Servers({ verdicts, shown }: { verdicts: readonly ServerVerdict[]; shown: string }) {
  const w = useWords(words);
  if (verdicts.length === 0) return null;
  if (allRight(verdicts)) return <p className="grey small record-hint">{w.rightEverywhere(verdicts.length - 1)}</p>;
  return (
    <ul className="server-list" aria-label={w.servers}>
      {verdicts.map((verdict) => {
        const [icon, tone] = kMarks[toneOf(verdict.Finding)];
        return (
          <li key={verdict.Server || 'resolver'}>
            <span className="server-name" title={verdict.Address}>
              {verdict.Server || w.resolver}
            </span>
            <StateMark icon={icon} tone={tone}>
              {w.finding[verdict.Finding]}
            </StateMark>
            {verdict.Finding !== 'right' && verdict.Value !== '' && verdict.Value !== shown && <code className="cell-text">{verdict.Value}</code>}
          </li>
        );
      })}
    </ul>
  );
}
