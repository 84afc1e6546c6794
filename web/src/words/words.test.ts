import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describe, expect, it } from 'vitest';

import type { WordTree, Words } from './catalogue';

const kRoot = join(__dirname, '..');
const kSources = readdirSync(kRoot, { recursive: true })
  .map(String)
  .filter((name) => /\.tsx?$/.test(name) && !/\.test\./.test(name));
const isCatalogue = (name: string) => /(^|\/)words\/|ords\.ts$/.test(name);
const kTexts = new Map(kSources.map((name) => [name, readFileSync(join(kRoot, name), 'utf8')]));

const kModules = import.meta.glob<Record<string, unknown>>(['./*.ts', '../**/*ords.ts', '!./*.test.ts'], { eager: true });

function isWords(value: unknown): value is Words<WordTree> {
  return typeof value === 'object' && value !== null && 'en' in value && 'zh-CN' in value;
}

const kCatalogues = Object.entries(kModules).flatMap(([file, module]) =>
  Object.values(module)
    .filter(isWords)
    .map((words) => ({ file: join('words', file), words })),
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

/** What a source imports of this project, as sources are named. */
function importsOf(name: string): string[] {
  return [...kTexts.get(name)!.matchAll(/from '(\.[^']+)'/g)].map((found) => join(dirname(name), found[1]!));
}

/** The code that can use a catalogue: of the folders in which something imports it, since it is handed on there. */
function codeFor(file: string): string {
  const module = file.replace(/\.ts$/, '');
  const folders = new Set(kSources.filter((name) => !isCatalogue(name) && importsOf(name).includes(module)).map(dirname));
  return kSources
    .filter((name) => !isCatalogue(name) && folders.has(dirname(name)))
    .map((name) => kTexts.get(name)!)
    .join('\n');
}

/** Status numbers of the API, which the code reads out of answers. */
const kStatus = /^\w+\.\d+$/;

/** The texts of a catalogue that no code names, and of which no object is named from which texts are chosen. */
function unusedOf(file: string, words: Words<WordTree>): string[] {
  const code = codeFor(file);
  const named = new Set([...code.matchAll(/\.([A-Za-z_]\w*)/g)].map((found) => found[1]!));
  // From which one is chosen by a value: `w.state[state]`, `w.event as`, `Object.entries(w.choices)`.
  const chosenFrom = new Set([...code.matchAll(/[.?]([A-Za-z_]\w*)(?:\[| as |\)| \?\?)/g)].map((found) => found[1]!));
  const isUsed = (path: string) => {
    if (kStatus.test(path)) return true;
    const keys = path.split('.');
    return keys.slice(0, -1).some((key) => chosenFrom.has(key)) || keys.every((key) => named.has(key));
  };
  return [...textsOf(words.en).keys()].filter((path) => !isUsed(path)).map((path) => `${file}: ${path}`);
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
    const unused = kCatalogues.flatMap(({ file, words }) => unusedOf(file, words));
    expect(unused).toEqual([]);
  });
});

describe('the sources', () => {
  it('reach the stores of the browser by what survives where they are off', () => {
    const direct = kSources.filter(
      (name) => name !== 'api/kept.ts' && /\b(local|session)Storage\b/.test(kTexts.get(name)!),
    );
    expect(direct).toEqual([]);
  });
});
