import { en } from './entrance.en';
import { zh } from './entrance.zh-CN';
import { wordsOf } from './catalogue';

export const entranceWords = wordsOf(en, zh);
