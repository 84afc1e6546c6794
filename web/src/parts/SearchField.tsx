import './data.css';

import { useEffect, useRef, useState } from 'react';
import { Link } from 'react-router-dom';

import { requestIdIn } from '../format/ids';
import { partWords } from '../words/parts';
import { useWords } from '../words/words';

const kPauseMs = 250;

/**
 * The filter of a page (`/` leads to it). What is typed takes effect after a short pause, or at once with Enter. A
 * RequestId that is pasted here leads to its call, wherever it is.
 */
export function SearchField(props: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  maxLength?: number;
}) {
  const [text, setText] = useState(props.value);
  const field = useRef<HTMLInputElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const timer = useRef<ReturnType<typeof setTimeout>>();
  /** What was typed has been reported, so that the next value is the page's reading of it. */
  const reported = useRef(false);
  const report = (typed: string) => {
    clearTimeout(timer.current);
    timer.current = undefined;
    // What changes nothing has no echo that would have to be told from a value of elsewhere.
    if (typed.trim() === latest.current.value) return;
    reported.current = true;
    latest.current.onChange(typed.trim());
  };
  useEffect(() => {
    const echo = reported.current;
    reported.current = false;
    // Whoever types on keeps the text as typed; any other value comes from elsewhere: a cleared filter, the way back.
    if (timer.current !== undefined || (echo && document.activeElement === field.current)) return;
    setText(props.value);
  }, [props.value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const words = useWords(partWords);
  const requestId = requestIdIn(text);
  return (
    <>
      <input
        ref={field}
        className="input toolbar-search"
        type="search"
        aria-label={props.label}
        placeholder={props.label}
        title={props.hint}
        maxLength={props.maxLength}
        value={text}
        spellCheck={false}
        autoComplete="off"
        data-page-search
        onChange={(event) => {
          const typed = event.target.value;
          setText(typed);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => report(typed), kPauseMs);
        }}
        onBlur={() => timer.current !== undefined && report(text)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && timer.current !== undefined) report(text);
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      {requestId && <Link to={`/calls/${requestId}`}>{words.foundCall}</Link>}
    </>
  );
}
