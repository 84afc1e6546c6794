import { useMemo, useState } from 'react';

import { explorerWords } from '../../words/explorer';
import { useWords } from '../../words/words';
import { prettyLines, type Line } from './pretty';

const kStep = 2_000;
/** A line longer than this, such as a file in base64, is cut; the raw view has all of it. */
const kTokenMax = 2_000;

interface Props {
  text: string;
  /** How many lines are shown at first. */
  lines: number;
  /** What stands in grey behind the value of a member. */
  notes?: (name: string, value: string) => string | undefined;
  label: string;
  /** Shows these lines and offers no more. */
  only?: boolean;
}

/** A JSON text in lines and colours. Only the lines that are shown are computed. */
export function JsonView({ text, lines, notes, label, only }: Props) {
  const words = useWords(explorerWords);
  const [count, setCount] = useState(lines);
  const { shown, more } = useMemo(() => take(text, count), [text, count]);
  return (
    <>
      <pre className="code-box json" tabIndex={0} role="region" aria-label={label}>
        {shown.map((line, i) => (
          <JsonLine key={i} line={line} notes={notes} />
        ))}
      </pre>
      {more && !only && (
        <button type="button" className="button button-small" onClick={() => setCount(count < kStep ? kStep : count + kStep)}>
          {words.moreLines}
        </button>
      )}
    </>
  );
}

function take(text: string, count: number): { shown: Line[]; more: boolean } {
  const shown: Line[] = [];
  for (const line of prettyLines(text)) {
    if (shown.length === count) return { shown, more: true };
    shown.push(line);
  }
  return { shown, more: false };
}

function JsonLine({ line, notes }: { line: Line; notes: Props['notes'] }) {
  const note = notes && line.name !== undefined && line.value !== undefined ? notes(line.name, line.value.replace(/^"|"$/g, '')) : undefined;
  return (
    <span className="json-line">
      {'  '.repeat(line.indent)}
      {line.tokens.map((token, i) => (
        <span key={i} className={`json-${token.kind}`}>
          {token.text.length > kTokenMax ? `${token.text.slice(0, kTokenMax)}…` : token.text}
        </span>
      ))}
      {note && <span className="json-note"> {note}</span>}
      {'\n'}
    </span>
  );
}
