import { en } from './states.en';
import { zh } from './states.zh-CN';
import { wordsOf } from './words';

export const stateWords = wordsOf(en, zh);
