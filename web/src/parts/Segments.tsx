import './data.css';

import type { ReactNode } from 'react';

export interface Segment {
  value: string;
  label: ReactNode;
}

/** One choice of a few, all in view: a group of buttons of which one is pressed. */
export function Segments(props: {
  label: string;
  segments: Segment[];
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <div className="segments" role="group" aria-label={props.label}>
      {props.segments.map((segment) => (
        <button
          key={segment.value}
          type="button"
          aria-pressed={segment.value === props.value}
          onClick={() => props.onChange(segment.value)}
        >
          {segment.label}
        </button>
      ))}
    </div>
  );
}
