import { useEffect, useRef } from 'react';

import { shortcutsOn } from '../shell/shortcuts';
import { isTyping } from './DataTable';

/** As in the shell: `g` and a letter within this time lead to a page, so the letter is not the page's. */
const kSecondKeyMs = 1_500;

/**
 * Keys of a page: single letters act while no field has the focus and the user has them on; `Mod+Enter` and `Mod+s`
 * (Control or Command) act everywhere on the page. A key without a function is left to the browser.
 */
export function usePageKeys(keys: Readonly<Record<string, (() => void) | undefined>>): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    let going = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey) return;
      const modified = event.ctrlKey || event.metaKey;
      if (!modified && (isTyping(event.target) || !shortcutsOn())) return;
      const second = event.timeStamp - going < kSecondKeyMs;
      going = !modified && event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY;
      const act = second ? undefined : latest.current[modified ? `Mod+${event.key}` : event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
