import { useEffect, useRef, useState } from 'react';

import type { Json } from '../../api/json';
import { fromBeijing, showTime, toBeijing, zoneOffset } from '../../format/time';
import { explorerWords } from '../../words/explorer';
import { useLanguage, useWords } from '../../words/words';
import { utf8Length } from './check';
import { choiceLabel, isNumericText, referenceOf, type Kind } from './kinds';
import type { EditorProps } from './Member';
import { useReferences } from './references';

/** Text in one line, or in several where the member may hold line breaks. */
export function TextEditor({ field, value, onChange, control, kind, path }: EditorProps & { kind: Kind }) {
  const words = useWords(explorerWords);
  const [shown, setShown] = useState(false);
  const reference = referenceOf(field);
  const options = useReferences(reference);
  const text = typeof value === 'string' ? value : String(value);
  const limited = field.max_length !== undefined || field.max_bytes !== undefined;
  const several = kind === 'text' || text.includes('\n');
  const list = options.length > 0 ? `${control.id}-list` : undefined;
  return (
    <>
      <div className="input-row">
        {several ? (
          <textarea className="input" rows={5} value={text} onChange={(event) => onChange(event.target.value)} {...control} />
        ) : (
          <input
            className="input"
            type={kind === 'password' && !shown ? 'password' : kind === 'date' ? 'date' : 'text'}
            autoComplete="off"
            spellCheck={false}
            list={list}
            value={text}
            onChange={(event) => onChange(event.target.value)}
            {...control}
          />
        )}
        {kind === 'password' && (
          <button
            type="button"
            className="button button-small"
            aria-pressed={shown}
            aria-label={words.reveal(path)}
            onClick={() => setShown(!shown)}
          >
            {shown ? words.hide : words.show}
          </button>
        )}
      </div>
      {list && (
        <datalist id={list}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </datalist>
      )}
      {limited && text !== '' && (
        <p className="small grey">{words.lengths(Array.from(text).length, utf8Length(text))}</p>
      )}
      {kind === 'date' && <p className="small grey">{words.beijingDay}</p>}
    </>
  );
}

/**
 * Digits, kept exactly. What is no integer in canonical form is sent as text, so that the server's own words about it
 * can be seen.
 */
export function IntegerEditor({ field, value, onChange, control, absent }: EditorProps & { absent: boolean }) {
  const words = useWords(explorerWords);
  const options = useReferences(referenceOf(field));
  const [text, setText] = useState(absent ? '' : String(value));
  const sent = absent ? undefined : value;
  const own = useRef<Json | undefined>(sent);
  useEffect(() => {
    if (own.current === sent) return;
    own.current = sent;
    setText(sent === undefined ? '' : String(sent));
  }, [sent]);
  const list = options.length > 0 ? `${control.id}-list` : undefined;
  const plain = isCanonical(text);
  return (
    <>
      <input
        className="input number-input"
        inputMode="numeric"
        autoComplete="off"
        spellCheck={false}
        list={list}
        value={text}
        onChange={(event) => {
          const next = event.target.value;
          setText(next);
          own.current = next === '' ? undefined : integerOf(next);
          onChange(own.current);
        }}
        {...control}
      />
      {list && (
        <datalist id={list}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </datalist>
      )}
      {text !== '' && !plain && <p className="small grey">{words.noInteger}</p>}
    </>
  );
}

function isCanonical(text: string): boolean {
  return /^(0|-?[1-9]\d*)$/.test(text);
}

/** A safe integer as number, a larger one as BigInt, anything else as the text that it is. */
export function integerOf(text: string): Json {
  if (!isCanonical(text)) return text;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

export function BoolEditor({ value, onChange, control, absent, path }: EditorProps & { absent: boolean }) {
  const words = useWords(explorerWords);
  return (
    <div className="radio-row">
      {([true, false] as const).map((each) => (
        <label key={String(each)} className="check-field">
          <input
            type="radio"
            name={control.id}
            aria-label={`${path} ${each ? words.yes : words.no}`}
            checked={!absent && value === each}
            onChange={() => onChange(each)}
          />
          <span>{each ? words.yes : words.no}</span>
        </label>
      ))}
    </div>
  );
}

const kFree = '\u0000free';

/** The values that the server takes, with their words; any other can be entered to see its error. */
export function ChoiceEditor({ field, value, onChange, control, absent, path }: EditorProps & { absent: boolean }) {
  const words = useWords(explorerWords);
  const language = useLanguage();
  const choices = field.one_of ?? [];
  const known = choices.some((choice) => choice === value);
  const [free, setFree] = useState(!known && !absent);
  const asNumber = field.type === 'uint64' || field.type === 'int64';
  return (
    <div className="input-row">
      <select
        className="input"
        value={free ? kFree : absent ? '' : String(value)}
        onChange={(event) => {
          const next = event.target.value;
          setFree(next === kFree);
          if (next === '') onChange(undefined);
          else if (next !== kFree) onChange(choices.find((choice) => String(choice) === next) as Json);
        }}
        {...control}
      >
        {absent && !free && <option value="">{words.choose}</option>}
        {choices.map((choice) => {
          const label = choiceLabel(field, choice, language);
          return (
            <option key={String(choice)} value={String(choice)}>
              {label ? `${choice} – ${label}` : String(choice)}
            </option>
          );
        })}
        <option value={kFree}>{words.otherValue}</option>
      </select>
      {free && (
        <input
          className="input"
          aria-label={words.otherValueOf(path)}
          value={absent || known ? '' : String(value)}
          onChange={(event) =>
            onChange(asNumber && !isNumericText(field) ? integerOf(event.target.value) : event.target.value)
          }
        />
      )}
    </div>
  );
}

/** The API's wall time is Beijing's; the picker speaks the viewer's, and both are shown. */
export function DateTimeEditor({ value, onChange, control, path }: EditorProps) {
  const words = useWords(explorerWords);
  const language = useLanguage();
  const text = typeof value === 'string' ? value : String(value);
  const instant = fromBeijing(text);
  return (
    <>
      <div className="input-row">
        <input
          className="input"
          placeholder="YYYY-MM-DD HH:MM:SS"
          spellCheck={false}
          value={text}
          onChange={(event) => onChange(event.target.value)}
          {...control}
        />
        <input
          className="input"
          type="datetime-local"
          step={1}
          aria-label={words.inYourZone(path)}
          value={instant ? localInput(instant) : ''}
          onChange={(event) => {
            const picked = new Date(event.target.value);
            if (!Number.isNaN(picked.getTime())) onChange(toBeijing(picked));
          }}
        />
      </div>
      <p className="small grey">
        {words.beijingTime}
        {instant && ` · ${showTime(instant, language)} (${zoneOffset(instant)})`}
      </p>
    </>
  );
}

function localInput(instant: Date): string {
  const local = new Date(instant.getTime() - instant.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}
