// Catalogues of words, without a framework: the pages before the log-in use them, too.

export type Language = 'en' | 'zh-CN';

/** A text with a number, or with several values. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Text = string | ((...values: any[]) => string);
export type WordTree = { [key: string]: Text | WordTree };

/** The same keys; a function takes the same values. */
export type Translation<T> = {
  [K in keyof T]: T[K] extends string ? string : T[K] extends (...values: infer A) => string ? (...values: A) => string : Translation<T[K]>;
};

/** The words of one page or part in both languages. */
export interface Words<T> {
  en: T;
  'zh-CN': Translation<T>;
}

/** Binds the two catalogues of a page; a key that one of them lacks does not compile. */
export function wordsOf<T extends WordTree>(en: T, zh: Translation<T>): Words<T> {
  return { en, 'zh-CN': zh };
}

/** English: the form of a word for a number; `{n}` in it becomes the number with separators. */
export function plural(n: number | bigint, one: string, other: string): string {
  return (n === 1 || n === 1n ? one : other).replace('{n}', new Intl.NumberFormat('en').format(n));
}

/** Chinese has one form; `{n}` becomes the number with separators. */
export function counted(n: number | bigint, text: string): string {
  return text.replace('{n}', new Intl.NumberFormat('zh-CN').format(n));
}
