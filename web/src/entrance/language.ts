import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

import type { Language, Translation } from '../words/catalogue';
import { entranceWords } from '../words/entrance';

export const LanguageContext = createContext<Language>('en');

/** The words of the pages before the log-in, in the chosen language. */
export function useEntranceWords(): Translation<typeof entranceWords.en> {
  return entranceWords[useContext(LanguageContext)];
}
