import { useEffect, useState, type ReactNode } from 'react';

import { partWords } from '../words/parts';
import { useWords } from '../words/words';
import { Button } from './Button';

const kShownMs = 200;
const kLateMs = 3_000;

/** False at first, true when `waiting` has lasted `ms`. */
export function useLate(waiting: boolean, ms: number): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (!waiting) return;
    const timer = setTimeout(() => setLate(true), ms);
    return () => clearTimeout(timer);
  }, [waiting, ms]);
  return late && waiting;
}

/** Grey blocks in the size of the coming text, after 200 ms; after 3 s it says what it waits for and offers to stop. */
export function Skeleton(props: { rows?: number; height?: number; waitingFor?: ReactNode; onStop?: () => void }) {
  const words = useWords(partWords);
  const shown = useLate(true, kShownMs);
  const late = useLate(true, kLateMs);
  const rows = props.rows ?? 6;
  return (
    <div className="skeleton" aria-busy="true">
      {late && (
        <p className="small skeleton-late" role="status">
          {words.waiting(String(props.waitingFor ?? ''))}{' '}
          {props.onStop && (
            <Button look="text" small onClick={props.onStop}>
              {words.stop}
            </Button>
          )}
        </p>
      )}
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="skeleton-row" style={{ height: props.height ?? 36 }}>
          {shown && <span style={{ width: `${[38, 62, 50, 70, 44, 56][index % 6]}%` }} />}
        </div>
      ))}
    </div>
  );
}
