import { createContext, useContext } from 'react';

import type { Language, Translation, Words } from './catalogue';

export { counted, plural, wordsOf, type Language, type Translation, type Words, type WordTree } from './catalogue';

export const LanguageContext = createContext<Language>('en');

export function useLanguage(): Language {
  return useContext(LanguageContext);
}

/** The words of a page in the language of the console. */
export function useWords<T>(words: Words<T>): Translation<T> {
  return words[useLanguage()] as Translation<T>;
}
