import { useState } from 'react';

import { readJson, type Json } from '../../api/json';
import { explorerWords } from '../../words/explorer';
import { useWords } from '../../words/words';
import type { Doc } from './check';
import type { Api, Action, Field } from './description';
import { Member, type EditorProps } from './Member';

function asDoc(value: Json): Doc {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}

/** The members of a structure, indented; each label is the whole path. */
export function ObjectEditor({ api, action, field, path, value, findings, onChange }: EditorProps) {
  const doc = asDoc(value);
  return (
    <div className="nested">
      {api.members(action, field).map((member) => (
        <div key={member.name} data-template-id={member.name === 'TemplateID' ? '' : undefined}>
          <Member
            api={api}
            action={action}
            field={member}
            path={`${path}.${member.name}`}
            value={doc[member.name]}
            findings={findings}
            onChange={(next) => {
              const changed = { ...doc };
              if (next === undefined) delete changed[member.name];
              else changed[member.name] = next;
              onChange(changed);
            }}
          />
        </div>
      ))}
    </div>
  );
}

const kOpenRows = 20;

/** A list of structures: rows with add, copy, move and remove, or pasted as JSON or CSV. */
export function RowsEditor(props: EditorProps) {
  const { api, action, field, path, value, findings, onChange } = props;
  const words = useWords(explorerWords);
  const rows = Array.isArray(value) ? value : [];
  const [pasting, setPasting] = useState(false);
  const [from, setFrom] = useState(0);
  const shown = rows.slice(from, from + kOpenRows);
  const put = (at: number, row: Json) => onChange(rows.map((old, i) => (i === at ? row : old)));

  return (
    <div className="nested">
      {shown.map((row, offset) => {
        const at = from + offset;
        return (
          <fieldset key={at} className="row-frame">
            <legend>
              {path} {at + 1}
            </legend>
            <div className="row-acts">
              <button type="button" className="button button-small" onClick={() => onChange([...rows.slice(0, at + 1), row, ...rows.slice(at + 1)])}>
                {words.copyRow}
              </button>
              <button
                type="button"
                className="button button-small"
                disabled={at === 0}
                onClick={() => onChange(rows.map((old, i) => (i === at - 1 ? row : i === at ? rows[at - 1]! : old)))}
              >
                {words.moveUp}
              </button>
              <button type="button" className="button button-small button-danger" onClick={() => onChange(rows.filter((_, i) => i !== at))}>
                {words.remove}
              </button>
            </div>
            <ObjectEditor {...props} path={`${path}.${at}`} value={row} findings={findings} onChange={(next) => put(at, next ?? {})} />
          </fieldset>
        );
      })}
      {rows.length > kOpenRows && (
        <p className="small grey row-acts">
          {words.rowsShown(from + 1, Math.min(from + kOpenRows, rows.length), rows.length)}{' '}
          <button type="button" className="button button-small" disabled={from === 0} onClick={() => setFrom(Math.max(0, from - kOpenRows))}>
            {words.previousRows}
          </button>{' '}
          <button
            type="button"
            className="button button-small"
            disabled={from + kOpenRows >= rows.length}
            onClick={() => setFrom(from + kOpenRows)}
          >
            {words.nextRows}
          </button>
        </p>
      )}
      <div className="row-acts">
        <button type="button" className="button button-small" onClick={() => onChange([...rows, {}])}>
          {words.addRow}
        </button>
        <button type="button" className="button button-small" aria-expanded={pasting} onClick={() => setPasting(!pasting)}>
          {words.pasteRows}
        </button>
      </div>
      {pasting && (
        <PasteRows
          api={api}
          action={action}
          field={field}
          onRows={(more) => {
            onChange([...rows, ...more]);
            setPasting(false);
          }}
        />
      )}
    </div>
  );
}

function PasteRows(props: { api: Api; action: Action; field: Field; onRows: (rows: Doc[]) => void }) {
  const words = useWords(explorerWords);
  const [text, setText] = useState('');
  const [error, setError] = useState('');
  const names = props.api.members(props.action, props.field).map((member) => member.name);
  return (
    <div className="field">
      <textarea
        className="input mono"
        rows={4}
        aria-label={words.pasteRows}
        placeholder={`[{"${names[0]}": …}]  ${words.or}  ${names.join(',')}`}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {error && <p className="field-error">{error}</p>}
      <div className="row-acts">
        <button
          type="button"
          className="button button-small"
          onClick={() => {
            const rows = rowsOfText(text, names);
            if (rows) props.onRows(rows);
            else setError(words.pasteFailed);
          }}
        >
          {words.addThese}
        </button>
      </div>
    </div>
  );
}

/** Rows out of a JSON list, or out of CSV with columns in the order of the members. undefined when it is neither. */
export function rowsOfText(text: string, names: string[]): Doc[] | undefined {
  if (text.trim().startsWith('[')) {
    try {
      const value = readJson(text);
      if (!Array.isArray(value)) return undefined;
      const rows = value.filter((row) => row !== null && typeof row === 'object' && !Array.isArray(row));
      return rows.length === value.length ? (rows as Doc[]) : undefined;
    } catch {
      return undefined;
    }
  }
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length === 0) return undefined;
  const head = csvCells(lines[0]!);
  const named = head.every((cell) => names.includes(cell));
  const columns = named ? head : names;
  return lines.slice(named ? 1 : 0).map((line) => {
    const row: Doc = {};
    csvCells(line).forEach((cell, i) => {
      const name = columns[i];
      if (name !== undefined) row[name] = cell;
    });
    return row;
  });
}

export function csvCells(line: string): string[] {
  const cells: string[] = [];
  const pattern = /(?:^|[,;\t])(?:"((?:[^"]|"")*)"|([^,;\t]*))/g;
  for (const found of line.matchAll(pattern)) cells.push((found[1]?.replace(/""/g, '"') ?? found[2] ?? '').trim());
  return cells;
}

