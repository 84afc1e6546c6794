import { toBeijing, zoneOffset } from '../../format/time';
import { Section, Time } from '../../parts';
import { useWords } from '../../words/words';
import { words } from './words';

/** The next runs in the viewer's time; a run whose clock differs from the one before says so. */
export function NextRuns({ runs }: { runs: readonly Date[] }) {
  const w = useWords(words);
  return (
    <Section title={w.runs} beside={w.runsNote}>
      <ul className="reason-list">
        {runs.map((run, i) => {
          const before = runs[i - 1];
          const shifted = before !== undefined && before.getTimezoneOffset() !== run.getTimezoneOffset();
          return (
            <li key={run.getTime()}>
              <span>
                <Time at={run} short={false} />
                {shifted && <span className="small block warning-text">{w.clockChange(zoneOffset(before), zoneOffset(run))}</span>}
              </span>
              <span className="small grey">{w.inBeijing(toBeijing(run).slice(5, 16))}</span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
