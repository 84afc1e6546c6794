// The text under the editor's hands is kept in the browser until it is saved, so that nothing is lost when the page is
// closed or the server is away.

import { inTab } from '../../api/kept';

export interface TemplateDraft {
  readonly name: string;
  readonly html: string;
  readonly text: string;
}

/** Larger drafts stay in memory only: the browser's store is small. */
const kKeptCharactersMax = 1_000_000;

function keyOf(id: string | undefined): string {
  return `sesame.template.${id ?? 'new'}`;
}

export function keptDraft(id: string | undefined): TemplateDraft | undefined {
  try {
    const text = inTab.read(keyOf(id));
    return text === undefined ? undefined : (JSON.parse(text) as TemplateDraft);
  } catch {
    return undefined;
  }
}

export function keepDraft(id: string | undefined, draft: TemplateDraft): void {
  if (draft.html.length + draft.text.length > kKeptCharactersMax) return;
  inTab.keep(keyOf(id), JSON.stringify(draft));
}

export function dropDraft(id: string | undefined): void {
  inTab.drop(keyOf(id));
}

export function sameDraft(a: TemplateDraft, b: TemplateDraft): boolean {
  return a.name === b.name && a.html === b.html && a.text === b.text;
}
