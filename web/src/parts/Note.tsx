import { CircleCheck, Info, OctagonAlert, SquareX } from 'lucide-react';
import type { ReactNode } from 'react';

const kIcons = { info: Info, success: CircleCheck, warning: OctagonAlert, error: SquareX };

/** A tinted note for something that needs a person. */
export function Note(props: {
  tone: 'info' | 'success' | 'warning' | 'error';
  title?: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
}) {
  const Icon = kIcons[props.tone];
  return (
    <div className={`note note-${props.tone}`} role={props.tone === 'error' ? 'alert' : undefined}>
      <Icon size={16} aria-hidden />
      <div className="note-text">
        {props.title && <p className="note-title">{props.title}</p>}
        {props.children && <div>{props.children}</div>}
      </div>
      {props.action}
    </div>
  );
}
