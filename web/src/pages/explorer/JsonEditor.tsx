import { useEffect, useRef, useState } from 'react';

import { JsonError, readJson, writeJson } from '../../api/json';
import { TextAreaField } from '../../parts';
import { explorerWords } from '../../words/explorer';
import { useWords } from '../../words/words';
import type { Doc } from './check';

/** A text area with more text than this answers keys too late. */
const kEditedMax = 200 * 1024;
const kShownItems = 20;

/** The same parameters as the form shows, as text. */
export function JsonEditor(props: { doc: Doc; onChange: (doc: Doc) => void; onBad: (text: string | undefined) => void }) {
  const words = useWords(explorerWords);
  const { doc, onChange, onBad } = props;
  const [text, setText] = useState(() => writeJson(doc, 2));
  const [error, setError] = useState('');
  const own = useRef(doc);

  // Parameters that come from elsewhere, such as the history, replace the text.
  useEffect(() => {
    if (own.current === doc) return;
    own.current = doc;
    setText(writeJson(doc, 2));
    setError('');
  }, [doc]);

  if (text.length > kEditedMax) {
    return (
      <>
        <p className="small grey">{words.jsonTooLong}</p>
        <pre className="code-box">{writeJson(shortened(doc, words.moreItems) as Doc, 2)}</pre>
      </>
    );
  }

  const edit = (next: string) => {
    setText(next);
    try {
      const value = readJson(next);
      if (value === null || typeof value !== 'object' || Array.isArray(value)) {
        setError(words.jsonObject);
        onBad(next);
        return;
      }
      setError('');
      onBad(undefined);
      own.current = value;
      onChange(value);
    } catch (fault) {
      const at = fault instanceof JsonError ? fault.at : next.length;
      const before = next.slice(0, at).split('\n');
      const reason = fault instanceof JsonError ? fault.reason : '';
      setError(words.jsonFault(before.length, before[before.length - 1]!.length + 1, reason));
      onBad(next);
    }
  };

  return (
    <TextAreaField label={words.jsonLabel} value={text} onChange={edit} rows={24} mono error={error} />
  );
}

function shortened(value: unknown, more: (n: number) => string): unknown {
  if (Array.isArray(value)) {
    const shown = value.slice(0, kShownItems).map((item) => shortened(item, more));
    return value.length > kShownItems ? [...shown, more(value.length - kShownItems)] : shown;
  }
  if (typeof value === 'string' && value.length > 2000) return `${value.slice(0, 200)}… (${value.length})`;
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shortened(member, more)]));
  }
  return value;
}
