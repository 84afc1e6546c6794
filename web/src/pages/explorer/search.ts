import type { Language } from '../../words/words';
import { short, type Action, type Api, type Field } from './description';
import { initials } from './pinyin';

export interface Hit {
  action: Action;
  /** Why the action was found, when its name does not show it: a member, an error code, a status. */
  why?: string;
}

interface Entry {
  action: Action;
  name: string;
  capitals: string;
  texts: string;
  pinyin: string;
  members: string[];
  codes: string[];
}

/** Status numbers and the actions whose answers or filters hold them; the words come from the dictionary of states. */
export interface StatusText {
  number: string;
  name: string;
  text: string;
  actions: string[];
}

/** Searches all actions in memory: names, titles in both languages, pinyin, members, error codes, status numbers. */
export class ActionSearch {
  private readonly entries: Entry[];

  constructor(
    private readonly api: Api,
    private readonly statuses: StatusText[],
  ) {
    this.entries = api.actions.map((action) => ({
      action,
      name: action.name.toLowerCase(),
      capitals: action.name.replace(/[a-z0-9]/g, '').toLowerCase(),
      texts: `${action.en} ${action.zh}`.toLowerCase(),
      pinyin: initials(action.zh),
      members: memberNames(api, action),
      codes: action.errors,
    }));
  }

  find(query: string, language: Language): Hit[] {
    const words = query.trim().toLowerCase();
    if (words === '') return [];
    const byStatus = this.statusHits(words);
    const ranked: { rank: number; hit: Hit }[] = [];
    for (const entry of this.entries) {
      const hit = this.rank(entry, words, language);
      if (hit) ranked.push(hit);
    }
    ranked.sort((a, b) => a.rank - b.rank);
    const hits = [...byStatus, ...ranked.map(({ hit }) => hit)];
    const seen = new Set<string>();
    return hits.filter(({ action }) => !seen.has(action.name) && seen.add(action.name));
  }

  private statusHits(words: string): Hit[] {
    return this.statuses
      .filter((status) => status.number === words)
      .flatMap((status) =>
        status.actions.flatMap((name) => {
          const action = this.api.action(name);
          return action ? [{ action, why: `${status.name} ${status.number}: ${status.text}` }] : [];
        }),
      );
  }

  private rank(entry: Entry, words: string, language: Language): { rank: number; hit: Hit } | undefined {
    const { action } = entry;
    if (entry.name.startsWith(words)) return { rank: 0, hit: { action } };
    if (entry.capitals === words) return { rank: 1, hit: { action } };
    if (entry.name.includes(words)) return { rank: 2, hit: { action } };
    const member = entry.members.find((name) => name.toLowerCase() === words);
    if (member) return { rank: 3, hit: { action, why: member } };
    const code = entry.codes.find((name) => name.toLowerCase().includes(words));
    if (words.length >= 4 && code) return { rank: 4, hit: { action, why: code } };
    if (entry.texts.includes(words)) return { rank: 5, hit: { action, why: action[short(language)] } };
    if (words.length >= 2 && entry.pinyin.includes(words)) return { rank: 6, hit: { action, why: action.zh } };
    const part = entry.members.find((name) => name.toLowerCase().includes(words));
    if (part) return { rank: 7, hit: { action, why: part } };
    if (words.length >= 4 && nearlyIn(entry.name, words)) return { rank: 8, hit: { action } };
    return undefined;
  }
}

function memberNames(api: Api, action: Action): string[] {
  const names = new Set<string>();
  const walk = (fields: Field[], depth: number) => {
    for (const field of fields) {
      names.add(field.name);
      if (depth < 3) walk(api.members(action, field), depth + 1);
    }
  };
  walk(action.input, 0);
  walk(action.output, 0);
  return [...names];
}

/** Whether `words` is in `text` with one letter wrong, missing, too many, or two neighbours exchanged. */
export function nearlyIn(text: string, words: string): boolean {
  for (let begin = 0; begin + words.length - 1 <= text.length; begin += 1) {
    for (const length of [words.length, words.length - 1, words.length + 1]) {
      if (begin + length <= text.length && oneApart(text.slice(begin, begin + length), words)) return true;
    }
  }
  return false;
}

function oneApart(a: string, b: string): boolean {
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i += 1;
  if (a.slice(i + 1) === b.slice(i + 1)) return true;
  if (a.slice(i) === b.slice(i + 1) || a.slice(i + 1) === b.slice(i)) return true;
  return a[i] === b[i + 1] && a[i + 1] === b[i] && a.slice(i + 2) === b.slice(i + 2);
}
