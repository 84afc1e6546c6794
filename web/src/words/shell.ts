import { en } from './shell.en';
import { zh } from './shell.zh-CN';
import { wordsOf } from './words';

export const shellWords = wordsOf(en, zh);
