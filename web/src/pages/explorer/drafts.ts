import { readJson, writeJson } from '../../api/json';
import type { Doc } from './check';
import { inTab } from '../../api/kept';

const kPrefix = 'sesame.draft.';
/** Session storage holds about five megabytes; larger drafts live until the page is left. */
const kKeptMax = 200 * 1024;

const drafts = new Map<string, Doc>();

/** The parameters that were entered for an action in this tab. */
export function draftOf(action: string): Doc {
  const known = drafts.get(action);
  if (known) return known;
  try {
    const kept = inTab.read(kPrefix + action);
    if (kept !== undefined) return readJson(kept) as Doc;
  } catch {
    // What is kept is damaged: the draft begins anew.
  }
  return {};
}

/** Keeps parameters for as long as the tab lives. `safe` is the same without secrets, which alone is stored. */
export function keepDraft(action: string, doc: Doc, safe: Doc): void {
  drafts.set(action, doc);
  const text = writeJson(safe);
  if (text.length <= kKeptMax) inTab.keep(kPrefix + action, text);
  else inTab.drop(kPrefix + action);
}
