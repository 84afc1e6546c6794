import { describe, expect, it } from 'vitest';

import { csvText } from './csv';

describe('a CSV file', () => {
  it('disarms formulas and quotes what needs it', () => {
    expect(csvText([['=1+1', 'a"b', 'c,d', '-']])).toBe(`'=1+1,"a""b","c,d",'-\r\n`);
  });
});
