import { wordsOf } from './catalogue';

/** Said where not even the page in front of the log-in could be loaded. */
export const loadingWords = wordsOf(
  { unloaded: 'Sesame could not be loaded. Load the page again in a moment.', loadAgain: 'Load again' },
  { unloaded: 'Sesame 未能加载，请稍后重新加载页面。', loadAgain: '重新加载' },
);
