import { useEffect, useRef, useState } from 'react';

import { readJson, writeJson, type Json } from '../../api/json';
import { call } from '../../api/call';
import { decodeText } from '../../format/bytes';
import { useMay } from '../../shell/SessionContext';
import { explorerWords } from '../../words/explorer';
import { useWords } from '../../words/words';
import { utf8Length } from './check';
import type { EditorProps } from './Member';

interface Row {
  name: string;
  value: string;
}

/** The names and values of a JSON object with text values; undefined when it is another text. */
export function rowsOf(text: string): Row[] | undefined {
  if (text.trim() === '') return [];
  try {
    const value = readJson(text);
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
    const rows = Object.entries(value).map(([name, member]) => ({ name, value: member }));
    return rows.every((row) => typeof row.value === 'string') ? (rows as Row[]) : undefined;
  } catch {
    return undefined;
  }
}

export function textOf(rows: Row[]): string {
  const members: { [name: string]: Json } = {};
  for (const row of rows) if (row.name !== '') members[row.name] = row.value;
  return writeJson(members);
}

/** A JSON object inside a string: a grid of names and values, or the text itself. */
export function NamesEditor({ value, onChange, control, path, field }: EditorProps) {
  const words = useWords(explorerWords);
  const text = typeof value === 'string' ? value : String(value);
  const [grid, setGrid] = useState(rowsOf(text) !== undefined);
  const [rows, setRows] = useState<Row[]>(() => rowsOf(text) ?? []);
  const own = useRef(text);

  useEffect(() => {
    if (own.current === text) return;
    own.current = text;
    const read = rowsOf(text);
    if (read) setRows(read);
    else setGrid(false);
  }, [text]);

  const edit = (next: Row[]) => {
    setRows(next);
    own.current = textOf(next);
    onChange(own.current);
  };

  return (
    <>
      <div className="segments segments-small" role="group" aria-label={words.editAs(path)}>
        <button
          type="button"
          aria-pressed={grid}
          disabled={rowsOf(text) === undefined}
          onClick={() => {
            setRows(rowsOf(text) ?? []);
            setGrid(true);
          }}
        >
          {words.grid}
        </button>
        <button type="button" aria-pressed={!grid} onClick={() => setGrid(false)}>
          {words.text}
        </button>
        {field.name === 'TemplateData' && (
          <FromTemplate rows={rows} onRows={(next) => { setGrid(true); edit(next); }} />
        )}
      </div>
      {grid ? (
        <div className="names-grid">
          {[...rows, { name: '', value: '' }].map((row, i) => (
            <div key={i} className="names-row">
              <input
                className="mono"
                aria-label={words.nameOf(i + 1)}
                value={row.name}
                placeholder={i === rows.length ? words.newName : ''}
                spellCheck={false}
                onChange={(event) => edit(withRow(rows, i, { ...row, name: event.target.value }))}
              />
              <input
                aria-label={words.valueOf(row.name || String(i + 1))}
                value={row.value}
                onChange={(event) => edit(withRow(rows, i, { ...row, value: event.target.value }))}
              />
            </div>
          ))}
        </div>
      ) : (
        <textarea
          className="input mono"
          rows={4}
          spellCheck={false}
          value={text}
          onChange={(event) => {
            own.current = event.target.value;
            onChange(event.target.value);
          }}
          {...control}
        />
      )}
      <p className="small grey sent-as">
        {words.sentAs} <code>{writeJson(text)}</code> · {words.bytesCount(utf8Length(text))}
      </p>
    </>
  );
}

function withRow(rows: Row[], at: number, row: Row): Row[] {
  const next = at < rows.length ? rows.map((old, i) => (i === at ? row : old)) : [...rows, row];
  return next.filter((each) => each.name !== '' || each.value !== '');
}

/** Offers the variables of a template as rows. */
function FromTemplate({ rows, onRows }: { rows: Row[]; onRows: (rows: Row[]) => void }) {
  const words = useWords(explorerWords);
  const may = useMay();
  const [failed, setFailed] = useState('');
  if (!may('GetEmailTemplate')) return null;
  const fill = async () => {
    const id = (document.querySelector<HTMLInputElement>('[data-template-id] input')?.value ?? '').trim();
    if (!/^\d+$/.test(id)) return setFailed(words.templateFirst);
    try {
      const answer = await call<{ TemplateContent: { Html?: string; Text?: string } }>('GetEmailTemplate', {
        TemplateID: BigInt(id) <= 9007199254740991n ? Number(id) : BigInt(id),
      });
      const content = `${decodeText(answer.TemplateContent.Html ?? '') ?? ''} ${decodeText(answer.TemplateContent.Text ?? '') ?? ''}`;
      const names = [...new Set(Array.from(content.matchAll(/\{\{\s*([\w.-]+)\s*\}\}/g), (found) => found[1]!))];
      setFailed(names.length === 0 ? words.noVariables : '');
      onRows(names.map((name) => rows.find((row) => row.name === name) ?? { name, value: '' }));
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      <button type="button" onClick={() => void fill()}>
        {words.fillFromTemplate}
      </button>
      {failed && (
        <span className="small error-text" role="alert">
          {failed}
        </span>
      )}
    </>
  );
}
