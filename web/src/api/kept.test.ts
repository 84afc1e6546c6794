// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';

import { Kept } from './kept';

describe('what the browser keeps', () => {
  it('survives the page where there is a store', () => {
    new Kept(() => localStorage).keep('a', '1');
    expect(new Kept(() => localStorage).read('a')).toBe('1');
    new Kept(() => localStorage).drop('a');
    expect(new Kept(() => localStorage).read('a')).toBeUndefined();
  });
  it('lives as long as the page where the store is off', () => {
    const kept = new Kept(() => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    });
    expect(kept.read('a')).toBeUndefined();
    kept.keep('a', '1');
    expect(kept.read('a')).toBe('1');
    kept.drop('a');
    expect(kept.read('a')).toBeUndefined();
  });
  it('is the newest value where the store is full, and forgets it when there is room', () => {
    let full = true;
    const stored = new Map([['a', 'old']]);
    const store = {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, text: string) => {
        if (full) throw new DOMException('', 'QuotaExceededError');
        stored.set(key, text);
      },
      removeItem: (key: string) => stored.delete(key),
    } as unknown as Storage;
    const kept = new Kept(() => store);
    kept.keep('a', 'new');
    expect(kept.read('a')).toBe('new');
    full = false;
    kept.keep('a', 'newer');
    stored.set('a', 'of another tab');
    expect(kept.read('a')).toBe('of another tab');
  });
});
