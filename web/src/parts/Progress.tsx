import { showNumber } from '../format/number';
import { partWords } from '../words/parts';
import { useLanguage, useWords } from '../words/words';

/** How far something is, with words: a bar alone says too little. */
export function Progress(props: { label: string; value: number; max: number; text: string }) {
  return (
    <div className="progress">
      <div className="progress-track">
        <progress aria-label={props.label} value={props.value} max={Math.max(1, props.max)} />
      </div>
      <span className="small grey">{props.text}</span>
    </div>
  );
}

export interface Outcomes {
  delivered: number;
  delayed: number;
  refused: number;
  unsent: number;
  left: number;
}

const kOrder = ['delivered', 'delayed', 'refused', 'unsent', 'left'] as const;

/** The outcomes of many mails as one bar, in the same order everywhere; patterns beside the colours. */
export function OutcomeBar({ outcomes, height = 8 }: { outcomes: Outcomes; height?: number }) {
  const words = useWords(partWords);
  const language = useLanguage();
  const total = kOrder.reduce((sum, kind) => sum + outcomes[kind], 0);
  const text = kOrder.map((kind) => `${words.outcomes[kind]} ${showNumber(outcomes[kind], language)}`).join(', ');
  return (
    <div className="outcome-bar" role="img" aria-label={text} title={text} style={{ height }}>
      {kOrder.map((kind) =>
        outcomes[kind] > 0 ? (
          <span
            key={kind}
            className={`outcome outcome-${kind}`}
            style={{ width: `${(100 * outcomes[kind]) / Math.max(1, total)}%` }}
          />
        ) : null,
      )}
    </div>
  );
}

export function OutcomeLegend() {
  const words = useWords(partWords);
  return (
    <ul className="outcome-legend small grey">
      {kOrder.map((kind) => (
        <li key={kind}>
          <span className={`outcome outcome-${kind}`} aria-hidden="true" /> {words.outcomes[kind]}
        </li>
      ))}
    </ul>
  );
}
