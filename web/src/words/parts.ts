import { en } from './parts.en';
import { zh } from './parts.zh-CN';
import { wordsOf } from './words';

export const partWords = wordsOf(en, zh);
