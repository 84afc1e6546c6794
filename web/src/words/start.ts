import { en } from './start.en';
import { zh } from './start.zh-CN';
import { wordsOf } from './words';

export const startWords = wordsOf(en, zh);
