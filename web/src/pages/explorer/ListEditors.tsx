import { X } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type ClipboardEvent, type KeyboardEvent } from 'react';

import type { Json } from '../../api/json';
import { explorerWords } from '../../words/explorer';
import { useLanguage, useWords } from '../../words/words';
import { choiceLabel } from './kinds';
import type { EditorProps } from './Member';
import { integerOf } from './PlainEditors';

function itemOf(text: string, of: string | undefined): Json {
  return of === 'uint64' || of === 'int64' ? integerOf(text) : text;
}

/** Splits what was pasted: by lines, commas, semicolons and tabs, but not inside angle brackets or quotes. */
export function splitPasted(text: string): string[] {
  return (text.match(/(?:"[^"]*"|<[^>]*>|[^,;\t\r\n])+/g) ?? []).map((part) => part.trim()).filter(Boolean);
}

/** A short list: one entry each, added by Enter, comma or by pasting many. */
export function ChipsEditor({ field, path, value, findings, onChange, control }: EditorProps) {
  const words = useWords(explorerWords);
  const items = Array.isArray(value) ? value : [];
  const [text, setText] = useState('');
  const add = (parts: string[]) => {
    if (parts.length > 0) onChange([...items, ...parts.map((part) => itemOf(part, field.of))]);
    setText('');
  };
  const onKey = (event: KeyboardEvent) => {
    if ((event.key === 'Enter' && !event.ctrlKey && !event.metaKey) || event.key === ',') {
      event.preventDefault();
      add(splitPasted(text));
    }
    if (event.key === 'Backspace' && text === '' && items.length > 0) onChange(items.slice(0, -1));
  };
  const onPaste = (event: ClipboardEvent) => {
    const parts = splitPasted(event.clipboardData.getData('text'));
    if (parts.length < 2) return;
    event.preventDefault();
    add(parts);
  };
  const doubles = items.length - new Set(items.map((item) => String(item).toLowerCase())).size;
  return (
    <>
      <div className="chips input">
        {items.map((item, i) => (
          <span key={i} className={findings.has(`${path}.${i}`) ? 'chip chip-wrong' : 'chip'} title={findings.get(`${path}.${i}`)}>
            {String(item)}
            <button
              type="button"
              aria-label={words.removeItem(String(item))}
              onClick={() => onChange(items.filter((_, other) => other !== i))}
            >
              <X size={12} aria-hidden />
            </button>
          </span>
        ))}
        <input
          value={text}
          spellCheck={false}
          autoComplete="off"
          placeholder={field.max_items ? words.addItems(field.max_items) : words.addItem}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKey}
          onPaste={onPaste}
          onBlur={() => add(splitPasted(text))}
          {...control}
        />
      </div>
      {doubles > 0 && <p className="small grey">{words.doubles(doubles)}</p>}
    </>
  );
}

/** Several of a few values. */
export function ChoicesEditor({ field, value, onChange, path }: EditorProps) {
  const language = useLanguage();
  const items = Array.isArray(value) ? value : [];
  return (
    <div className="radio-row">
      {(field.one_of ?? []).map((choice) => {
        const chosen = items.includes(choice as Json);
        const label = choiceLabel(field, choice, language);
        return (
          <label key={String(choice)} className="check-field">
            <input
              type="checkbox"
              aria-label={`${path} ${choice}`}
              checked={chosen}
              onChange={() => onChange(chosen ? items.filter((item) => item !== choice) : [...items, choice as Json])}
            />
            <span>{label ? `${choice} – ${label}` : String(choice)}</span>
          </label>
        );
      })}
    </div>
  );
}

interface LineCounts {
  items: number;
  empty: number;
  doubles: number;
  long: number;
  malformed: number;
}

const kAddressBytesMax = 254;

/** Counts what a long list holds, as the server would count it. */
export function countLines(lines: string[], addresses: boolean): LineCounts {
  const seen = new Set<string>();
  const counts: LineCounts = { items: 0, empty: 0, doubles: 0, long: 0, malformed: 0 };
  for (const line of lines) {
    if (line === '') {
      counts.empty += 1;
      continue;
    }
    counts.items += 1;
    const key = line.toLowerCase();
    if (seen.has(key)) counts.doubles += 1;
    seen.add(key);
    if (addresses && line.length > kAddressBytesMax) counts.long += 1;
    else if (addresses && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(line)) counts.malformed += 1;
  }
  return counts;
}

const kSettleMs = 150;

/** A long list as one text, an item a line: a field of its own for each of 20,000 would answer no key. */
export function LinesEditor({ field, value, onChange, control }: EditorProps) {
  const words = useWords(explorerWords);
  const items = Array.isArray(value) ? value : [];
  const [text, setText] = useState(() => items.join('\n'));
  const own = useRef<Json>(value);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const latest = useRef(onChange);
  latest.current = onChange;
  const addresses = /mail|address/i.test(field.name);
  const counts = useMemo(
    () => countLines(items.map(String), addresses),
    // The items are those of the value; a new array each time would count again for nothing.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [value, addresses],
  );

  useEffect(() => {
    if (own.current === value) return;
    own.current = value;
    setText((Array.isArray(value) ? value : []).join('\n'));
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const settle = (next: string) => {
    const list = next === '' ? [] : next.replace(/\n$/, '').split(/\r?\n/).map((line) => itemOf(line.trim(), field.of));
    own.current = list;
    latest.current(list);
  };
  const edit = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => settle(next), kSettleMs);
  };
  const readFile = async (file: File | undefined) => {
    if (!file) return;
    const content = await file.text();
    const lines = content.split(/\r?\n/).map((line) => firstColumn(line));
    const joined = lines.filter((line) => line !== '').join('\n');
    setText(joined);
    settle(joined);
  };

  return (
    <>
      <textarea
        className="input mono"
        rows={8}
        spellCheck={false}
        value={text}
        placeholder={words.onePerLine}
        onChange={(event) => edit(event.target.value)}
        onBlur={() => {
          clearTimeout(timer.current);
          if ((Array.isArray(value) ? value : []).join('\n') !== text) settle(text);
        }}
        {...control}
      />
      <div className="input-row">
        <p className="small grey lines-counts" role="status">
          {words.lineCounts(counts)}
        </p>
        <label className="button button-small file-button">
          <input type="file" accept=".csv,.txt,text/plain,text/csv" onChange={(event) => void readFile(event.target.files?.[0])} />
          <span>{words.fromFile}</span>
        </label>
      </div>
    </>
  );
}

/** The first column of a line of CSV. */
export function firstColumn(line: string): string {
  const quotedColumn = /^"((?:[^"]|"")*)"/.exec(line);
  if (quotedColumn) return quotedColumn[1]!.replace(/""/g, '"').trim();
  return (line.split(/[,;\t]/)[0] ?? '').trim();
}
