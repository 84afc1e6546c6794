// Where a draft uses the features that the tests of caniemail.com know.

/** Where each feature is used first, by slug: offsets into the draft. */
export type Uses = Map<string, number>;

export function note(uses: Uses, slug: string, at: number): void {
  const before = uses.get(slug);
  if (before === undefined || at < before) uses.set(slug, at);
}

/** The text with blanks for a part of it: the offsets of the rest stay. */
export function blankOut(text: string, pattern: RegExp): string {
  return text.replace(pattern, (part) => ' '.repeat(part.length));
}
