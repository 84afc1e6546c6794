import { useSyncExternalStore } from 'react';

import { inBrowser } from '../api/kept';

export type Theme = 'system' | 'light' | 'dark';

/** The build writes a script that reads the same key before the first paint. */
const kThemeKey = 'sesame.theme';

export function chosenTheme(): Theme {
  const kept = inBrowser.read(kThemeKey);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export function chooseTheme(theme: Theme): void {
  if (theme === 'system') {
    inBrowser.drop(kThemeKey);
    document.documentElement.removeAttribute('theme-mode');
  } else {
    inBrowser.keep(kThemeKey, theme);
    document.documentElement.setAttribute('theme-mode', theme);
  }
  for (const watcher of watchers) watcher();
}

const watchers = new Set<() => void>();

export function useTheme(): Theme {
  return useSyncExternalStore((watcher) => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  }, chosenTheme);
}
