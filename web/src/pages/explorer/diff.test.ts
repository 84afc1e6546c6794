import { describe, expect, it } from 'vitest';

import { diffLines, folded } from './diff';

const shown = (before: string, after: string) =>
  diffLines(before.split(''), after.split('')).lines.map((line) => ({ same: ' ', gone: '-', new: '+' })[line.kind] + line.text).join('');

describe('a comparison of two answers', () => {
  it('keeps what is common and marks the rest', () => {
    expect(shown('abc', 'abc')).toBe(' a b c');
    expect(shown('abcd', 'axcd')).toBe(' a-b+x c d');
    expect(shown('', 'ab')).toBe('+a+b');
    expect(shown('ab', '')).toBe('-a-b');
    expect(shown('abcabba', 'cbabac').replace(/[-+]./g, '')).toHaveLength(8);
  });
  it('gives back both texts', () => {
    for (const [before, after] of [['abcabba', 'cbabac'], ['aaaa', 'aa'], ['xyz', 'zyx']] as const) {
      const { lines, gone, added } = diffLines(before.split(''), after.split(''));
      expect(lines.filter((line) => line.kind !== 'new').map((line) => line.text).join('')).toBe(before);
      expect(lines.filter((line) => line.kind !== 'gone').map((line) => line.text).join('')).toBe(after);
      expect(before.length - gone).toBe(after.length - added);
    }
  });
  it('of texts without bound stays quick and says that it is rough', () => {
    const before = Array.from({ length: 100_000 }, (_, i) => `a${i}`);
    const after = Array.from({ length: 100_000 }, (_, i) => `b${i}`);
    const { rough, gone, added } = diffLines(before, after);
    expect([rough, gone, added]).toEqual([true, 100_000, 100_000]);
  });
  it('leaves out equal lines far from a change', () => {
    const before = Array.from({ length: 20 }, (_, i) => `l${i}`);
    const after = before.map((line, i) => (i === 10 ? 'other' : line));
    expect(folded(diffLines(before, after).lines, 2).map((part) => (part.kind === 'lines' ? part.lines.length : -part.count))).toEqual([
      -8, 6, -7,
    ]);
  });
});
