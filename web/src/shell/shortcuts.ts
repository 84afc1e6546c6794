import { useEffect, useRef } from 'react';
import { useNavigate } from 'react-router-dom';

import { isTyping } from '../parts/DataTable';
import { backToList, neighbour, rememberList } from './listMemory';
import { pagesFor } from './pages';
import { useConsole } from './SessionContext';
import { inBrowser } from '../api/kept';

const kOffKey = 'sesame.shortcuts-off';
const kSecondKeyMs = 1_500;

export function shortcutsOn(): boolean {
  return inBrowser.read(kOffKey) !== '1';
}

export function switchShortcuts(on: boolean): void {
  inBrowser.keep(kOffKey, on ? '0' : '1');
}

export interface ShortcutActs {
  showKeys: () => void;
  showCalls: () => void;
  showPalette: () => void;
  /** Reads again what the page shows. */
  refresh: () => void;
}

/**
 * The shortcuts of all pages. Single keys act only while no field has the focus and no page has taken the key, and the user
 * menu switches them off (WCAG 2.1.4); `Mod+K` opens the palette everywhere. A page marks its filter with data-page-search.
 */
export function useShortcuts(acts: ShortcutActs): void {
  const navigate = useNavigate();
  const started = useRef(Number.NEGATIVE_INFINITY);
  const { session } = useConsole();
  const now = { ...acts, pages: pagesFor(session) };
  const latest = useRef(now);
  latest.current = now;
  useEffect(() => {
    const single: Readonly<Record<string, () => boolean | void>> = {
      '?': () => latest.current.showKeys(),
      '`': () => latest.current.showCalls(),
      r: () => latest.current.refresh(),
      u: () => backToList(navigate),
      '[': () => openNeighbour(-1),
      ']': () => openNeighbour(1),
      '/': () => {
        const search = document.querySelector<HTMLElement>('[data-page-search]');
        search?.focus();
        return search !== null;
      },
    };
    const openNeighbour = (step: -1 | 1) => {
      const path = neighbour(step);
      if (path !== undefined) navigate(path, { replace: true });
      return path !== undefined;
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey) return;
      if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        return latest.current.showPalette();
      }
      if (event.ctrlKey || event.metaKey || !shortcutsOn() || isTyping(event.target)) return;
      const page = event.timeStamp - started.current < kSecondKeyMs && latest.current.pages.find((shown) => shown.letter === event.key);
      started.current = event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY;
      if (page) {
        event.preventDefault();
        return navigate(`/${page.name}`);
      }
      const act = single[event.key];
      if (act && act() !== false) event.preventDefault();
    };
    const onOpen = (event: Event) => {
      if (!(event instanceof KeyboardEvent) || event.key === 'Enter') rememberList(event.target);
    };
    document.addEventListener('keydown', onKey);
    document.addEventListener('click', onOpen, true);
    document.addEventListener('keydown', onOpen, true);
    return () => {
      document.removeEventListener('keydown', onKey);
      document.removeEventListener('click', onOpen, true);
      document.removeEventListener('keydown', onOpen, true);
    };
  }, [navigate]);
}
