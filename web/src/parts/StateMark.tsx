import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

export type Tone = 'neutral' | 'accent' | 'success' | 'warning' | 'error';

/** A state: the shape of an icon and a word, never colour alone. `title` holds the number of the API. */
export function StateMark(props: { icon: LucideIcon; tone: Tone; children: ReactNode; title?: string }) {
  const Icon = props.icon;
  return (
    <span className={`state state-${props.tone}`} title={props.title}>
      <Icon size={16} aria-hidden />
      <span>{props.children}</span>
    </span>
  );
}
