import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import type { WordTree, Words } from './catalogue';

const kRoot = join(__dirname, '..');
const kSources = readdirSync(kRoot, { recursive: true })
  .map(String)
  .filter((name) => /\.tsx?$/.test(name) && !/\.test\./.test(name));
const isCatalogue = (name: string) => /(^|\/)words\/|ords\.ts$/.test(name);
const kCode = kSources
  .filter((name) => !isCatalogue(name))
  .map((name) => readFileSync(join(kRoot, name), 'utf8'))
  .join('\n');

const kModules = import.meta.glob<Record<string, unknown>>(['./*.ts', '../**/*ords.ts', '!./*.test.ts'], { eager: true });

function isWords(value: unknown): value is Words<WordTree> {
  return typeof value === 'object' && value !== null && 'en' in value && 'zh-CN' in value;
}

const kCatalogues = Object.entries(kModules).flatMap(([file, module]) =>
  Object.values(module)
    .filter(isWords)
    .map((words) => ({ file, words })),
);

/** The column of a row's buttons, and the line of a signature that goes on, have no head. */
const kWithoutHead = /^(column\.act|lines\.more)$/;

/** Each text by its path: "create.title". Lists are texts. */
function textsOf(tree: WordTree, path: string[] = []): Map<string, unknown> {
  const texts = new Map<string, unknown>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'object' && !Array.isArray(value)) {
      for (const [inner, text] of textsOf(value, [...path, key])) texts.set(inner, text);
    } else {
      texts.set([...path, key].join('.'), value);
    }
  }
  return texts;
}

const named = new Set([...kCode.matchAll(/\.([A-Za-z_]\w*)/g)].map((found) => found[1]!));
/** Objects of words from which one is chosen by a value: `w.state[state]`, `w.event as`, `Object.entries(w.choices)`. */
const chosenFrom = new Set([...kCode.matchAll(/[.?]([A-Za-z_]\w*)(?:\[| as |\)| \?\?)/g)].map((found) => found[1]!));

/** Status numbers of the API, which the code reads out of answers. */
const kStatus = /^\w+\.\d+$/;

/** Whether the code names the text, or an object around it from which texts are chosen. */
function isUsed(path: string): boolean {
  if (kStatus.test(path)) return true;
  const keys = path.split('.');
  const last = keys.pop()!;
  if (keys.some((key) => chosenFrom.has(key))) return true;
  return named.has(last) && keys.every((key) => named.has(key));
}

describe('the words', () => {
  it('are the same in both languages, and none is empty', () => {
    expect(kCatalogues.length).toBeGreaterThan(15);
    const wrong: string[] = [];
    for (const { file, words } of kCatalogues) {
      const [en, zh] = [textsOf(words.en), textsOf(words['zh-CN'] as WordTree)];
      for (const [path, text] of [...en, ...zh]) {
        if (typeof en.get(path) !== typeof zh.get(path)) wrong.push(`${file}: ${path} is not in both`);
        if (text === '' && !kWithoutHead.test(path)) wrong.push(`${file}: ${path} is empty`);
      }
    }
    expect(wrong).toEqual([]);
  });
  it('are used', () => {
    const unused = kCatalogues.flatMap(({ file, words }) =>
      [...textsOf(words.en).keys()].filter((path) => !isUsed(path)).map((path) => `${file}: ${path}`),
    );
    expect(unused).toEqual([]);
  });
});

describe('the sources', () => {
  it('reach the stores of the browser by what survives where they are off', () => {
    const direct = kSources.filter(
      (name) => name !== 'api/kept.ts' && /\b(local|session)Storage\b/.test(readFileSync(join(kRoot, name), 'utf8')),
    );
    expect(direct).toEqual([]);
  });
});
