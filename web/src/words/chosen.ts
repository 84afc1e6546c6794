import { surroundings } from '../api/call';
import { inBrowser } from '../api/kept';
import type { Language } from './catalogue';

const kLanguageKey = 'sesame.language';

export function chosenLanguage(): Language {
  const kept = inBrowser.read(kLanguageKey);
  if (kept === 'en' || kept === 'zh-CN') return kept;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/** The language of the page and of what the server says in answers from now on. */
export function speak(language: Language): void {
  document.documentElement.lang = language;
  surroundings.language = language === 'en' ? 'en-US' : 'zh-CN';
}

/** Speaks another language, also after a reload. */
export function chooseLanguage(language: Language): void {
  inBrowser.keep(kLanguageKey, language);
  speak(language);
}
