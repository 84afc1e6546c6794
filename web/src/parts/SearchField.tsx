import './data.css';

import { useEffect, useRef, useState } from 'react';
import { Link } from 'react-router-dom';

import { requestIdIn } from '../format/requestId';
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
  const latest = useRef(props.onChange);
  latest.current = props.onChange;
  useEffect(() => setText(props.value), [props.value]);
  useEffect(() => {
    if (text === props.value) return;
    const timer = setTimeout(() => latest.current(text.trim()), kPauseMs);
    return () => clearTimeout(timer);
  }, [text, props.value]);
  const words = useWords(partWords);
  const requestId = requestIdIn(text);
  return (
    <>
      <input
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
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') latest.current(text.trim());
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      {requestId && <Link to={`/calls/${requestId}`}>{words.foundCall}</Link>}
    </>
  );
}
