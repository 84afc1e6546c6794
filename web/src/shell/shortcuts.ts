import { useEffect, useRef } from 'react';
import { useNavigate } from 'react-router-dom';

import { isTyping } from '../parts/DataTable';
import { kPages } from './pages';

const kOffKey = 'sesame.shortcuts-off';
const kSecondKeyMs = 1_500;

export function shortcutsOn(): boolean {
  return localStorage.getItem(kOffKey) !== '1';
}

export function switchShortcuts(on: boolean): void {
  localStorage.setItem(kOffKey, on ? '0' : '1');
}

/**
 * The single-key shortcuts of all pages: `g` and a letter, `/`, `?` and the back quote. They act only while no field has the focus, and
 * the user menu switches them off (WCAG 2.1.4). A page marks its filter with data-page-search.
 */
export function useShortcuts(showKeys: () => void, showCalls: () => void): void {
  const navigate = useNavigate();
  const started = useRef(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !shortcutsOn() || isTyping(event.target)) return;
      if (event.key === '?') return showKeys();
      if (event.key === '`') return showCalls();
      if (event.key === '/') {
        const search = document.querySelector<HTMLElement>('[data-page-search]');
        if (!search) return;
        event.preventDefault();
        return search.focus();
      }
      if (event.key === 'g') {
        started.current = event.timeStamp;
        return;
      }
      const page = kPages.find((shown) => shown.letter === event.key);
      if (page && event.timeStamp - started.current < kSecondKeyMs) navigate(`/${page.name}`);
      started.current = 0;
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [navigate, showKeys, showCalls]);
}
