import { useState } from 'react';

import { decodeText, encodeBytes, encodeText } from '../../format/bytes';
import { showBytes } from '../../format/number';
import { explorerWords } from '../../words/explorer';
import { useWords } from '../../words/words';
import { utf8Length } from './check';
import type { EditorProps } from './Member';

type Mode = 'text' | 'file' | 'base64';

/** The most bytes of base64 that are decoded to be edited as text. */
const kEditedMax = 512 * 1024;

/** Bytes that are sent as base64: from a file, written as text, or pasted as they are. */
export function BytesEditor({ value, onChange, control, path }: EditorProps) {
  const words = useWords(explorerWords);
  const encoded = typeof value === 'string' ? value : String(value);
  const text = encoded.length > kEditedMax ? undefined : decodeText(encoded);
  const [mode, setMode] = useState<Mode>(encoded === '' || text !== undefined ? 'text' : 'base64');
  const [name, setName] = useState('');
  const raw = Math.floor((encoded.replace(/=+$/, '').length * 3) / 4);

  const readFile = async (file: File | undefined) => {
    if (!file) return;
    setName(file.name);
    onChange(encodeBytes(new Uint8Array(await file.arrayBuffer())));
  };

  return (
    <>
      <div className="segments segments-small" role="group" aria-label={words.bytesFrom(path)}>
        {(['text', 'file', 'base64'] as const).map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={mode === each}
            disabled={each === 'text' && encoded !== '' && text === undefined}
            onClick={() => setMode(each)}
          >
            {words.bytes[each]}
          </button>
        ))}
      </div>
      {mode === 'text' && (
        <textarea
          className="input mono"
          rows={6}
          spellCheck={false}
          value={text ?? ''}
          onChange={(event) => onChange(encodeText(event.target.value))}
          {...control}
        />
      )}
      {mode === 'file' && (
        <input type="file" onChange={(event) => void readFile(event.target.files?.[0])} {...control} aria-invalid={undefined} />
      )}
      {mode === 'base64' && (
        <textarea
          className="input mono"
          rows={4}
          spellCheck={false}
          value={encoded.length > kEditedMax ? `${encoded.slice(0, 200)}…` : encoded}
          readOnly={encoded.length > kEditedMax}
          onChange={(event) => onChange(event.target.value.trim())}
          {...control}
        />
      )}
      {encoded !== '' && (
        <p className="small grey">
          {name && mode === 'file' ? `${name} · ` : ''}
          {words.byteSizes(showBytes(mode === 'text' && text !== undefined ? utf8Length(text) : raw), showBytes(encoded.length))}
        </p>
      )}
    </>
  );
}
