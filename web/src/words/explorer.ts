import { en } from './explorer.en';
import { zh } from './explorer.zh-CN';
import { wordsOf } from './words';

export const explorerWords = wordsOf(en, zh);
