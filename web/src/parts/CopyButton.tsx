import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';

import { partWords } from '../words/parts';
import { useWords } from '../words/words';
import { IconButton } from './Button';

/** Copies a text. On plain HTTP the clipboard interface is missing, and the old command has to do. */
export async function copyText(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
      return true;
    }
  } catch {
    // The person or the browser refused; the old command may still be allowed.
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}

const kSaidMs = 2_000;

/** Stands right after the value that it copies; `name` says which. */
export function CopyButton({ text, name }: { text: string | (() => string); name: string }) {
  const words = useWords(partWords);
  const [state, setState] = useState<'' | 'done' | 'failed'>('');
  useEffect(() => {
    if (!state) return;
    const timer = setTimeout(() => setState(''), kSaidMs);
    return () => clearTimeout(timer);
  }, [state]);
  return (
    <>
      <IconButton
        className="copy-button"
        label={words.copy(name)}
        onClick={async () => setState((await copyText(typeof text === 'string' ? text : text())) ? 'done' : 'failed')}
      >
        {state === 'done' ? <Check size={14} /> : <Copy size={14} />}
      </IconButton>
      <span role="status" className={state === 'failed' ? 'small error-text' : 'visually-hidden'}>
        {state === 'done' ? words.copied : state === 'failed' ? words.copyFailed : ''}
      </span>
    </>
  );
}
