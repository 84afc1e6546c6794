import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';

/** The build writes a script that reads the same key before the first paint. */
const kThemeKey = 'sesame.theme';
const kLanguageKey = 'sesame.language';

export function chosenTheme(): Theme {
  const kept = localStorage.getItem(kThemeKey);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export function chooseTheme(theme: Theme): void {
  if (theme === 'system') {
    localStorage.removeItem(kThemeKey);
    document.documentElement.removeAttribute('theme-mode');
  } else {
    localStorage.setItem(kThemeKey, theme);
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

export function chosenLanguage(): 'en' | 'zh-CN' {
  const kept = localStorage.getItem(kLanguageKey);
  if (kept === 'en' || kept === 'zh-CN') return kept;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

export function keepLanguage(language: 'en' | 'zh-CN'): void {
  localStorage.setItem(kLanguageKey, language);
}
