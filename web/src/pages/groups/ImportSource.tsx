import { useState } from 'react';

import { Button, ErrorPanel, Field, TextAreaField } from '../../parts';
import { Segments } from '../../parts/Segments';
import { useWords } from '../../words/words';
import { guessColumns, guessEncoding, guessHeader, kSampleRows, type Column, type Encoding } from './file';
import { importWords } from './importWords';
import { readSample } from './rows';
import { words } from './words';

/** How much of the file the encoding is guessed from. */
const kGuessBytes = 256 * 1024;

/** A file whose beginning was read, with what was guessed from it. */
export interface Chosen {
  readonly file: File;
  readonly encoding: Encoding;
  readonly separator: string;
  readonly header: boolean;
  readonly rows: readonly (readonly string[])[];
  readonly columns: readonly Column[];
}

/** Reads the beginning of a file; what is given wins over what would be guessed. */
export async function inspect(
  file: File,
  given: { encoding?: Encoding; separator?: string; header?: boolean } = {},
): Promise<Chosen | undefined> {
  const encoding = given.encoding ?? guessEncoding(new Uint8Array(await file.slice(0, kGuessBytes).arrayBuffer()));
  const sample = await readSample(file, encoding, given.separator ?? '', kSampleRows);
  if (sample.rows.length === 0) return undefined;
  const header = given.header ?? guessHeader(sample.rows);
  return {
    file,
    encoding,
    separator: sample.separator,
    header,
    rows: sample.rows,
    columns: guessColumns(sample.rows, header),
  };
}

/** What a packed file may unpack to; the browser keeps it on the disk. */
const kUnpackedMax = 2 * 1024 * 1024 * 1024;

/** The file itself, or what is packed in it with gzip. Errors: RangeError when that is too large. */
export async function unpacked(file: File): Promise<File> {
  const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  if (start[0] !== 0x1f || start[1] !== 0x8b) return file;
  let bytes = 0;
  const bounded = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, stream) => {
      bytes += chunk.length;
      if (bytes > kUnpackedMax) stream.error(new RangeError('too large'));
      else stream.enqueue(chunk);
    },
  });
  const content = file
    .stream()
    .pipeThrough(new DecompressionStream('gzip') as unknown as TransformStream<Uint8Array, Uint8Array>)
    .pipeThrough(bounded);
  return new File([await new Response(content).blob()], file.name.replace(/\.gz$/i, ''));
}

export function ImportSource({ onChosen }: { onChosen: (chosen: Chosen) => Promise<void> }) {
  const w = useWords(words).imported;
  const i = useWords(importWords);
  const [from, setFrom] = useState('file');
  const [text, setText] = useState('');
  const [reading, setReading] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const read = async (file: File) => {
    setReading(true);
    setFailure(undefined);
    try {
      const chosen = await inspect(await unpacked(file));
      if (chosen) await onChosen(chosen);
      else setFailure(w.nothing);
    } catch (error) {
      setFailure(error instanceof RangeError ? i.tooBig : error);
    } finally {
      setReading(false);
    }
  };
  return (
    <div className="form-narrow">
      <Segments
        label={w.source}
        value={from}
        onChange={setFrom}
        segments={[
          { value: 'file', label: w.file },
          { value: 'paste', label: w.paste },
        ]}
      />
      {from === 'file' ? (
        <Field label={w.choose} hint={w.chooseHint}>
          {(control) => (
            <input
              {...control}
              className="input"
              type="file"
              accept=".csv,.tsv,.txt,.gz,application/gzip,text/csv,text/plain,text/tab-separated-values"
              onChange={(event) => {
                const file = event.target.files?.[0];
                if (file) void read(file);
              }}
            />
          )}
        </Field>
      ) : (
        <>
          <TextAreaField label={w.pasteLabel} hint={w.pasteHint} mono rows={10} value={text} onChange={setText} />
          <div className="form-actions">
            <Button
              look="filled"
              disabled={text.trim() === '' || reading}
              onClick={() => void read(new File([text], w.paste, { type: 'text/plain' }))}
            >
              {w.read}
            </Button>
          </div>
        </>
      )}
      {reading && (
        <p role="status" className="grey">
          {w.reading}
        </p>
      )}
      {failure !== undefined && <ErrorPanel title={w.unreadable} error={failure} />}
    </div>
  );
}
