import { describe, expect, it } from 'vitest';

import { JsonError, readJson, writeJson } from './json';

describe('readJson', () => {
  it('keeps integers beyond 2^53', () => {
    expect(readJson('{"Id":18446744073709551615,"n":-9223372036854775808}')).toEqual({
      Id: 18446744073709551615n,
      n: -9223372036854775808n,
    });
  });
  it('leaves smaller integers and fractions numbers', () => {
    expect(readJson('[9007199254740991, 1.5, -2e3, 1234567890123456.5]')).toEqual([9007199254740991, 1.5, -2000, 1234567890123456.5]);
  });
  it('reads what the built-in reader reads', () => {
    const texts = ['{"a":[{},[],"",null,true,false]}', '"\\u4f60\\n\\"\\\\\\/"', ' [ 1 , 2 ] ', '0', '{"__proto__":1}', '"1234567890123456"'];
    for (const text of texts) expect(readJson(text)).toEqual(JSON.parse(text));
  });
  it('names the place of a fault', () => {
    const faults: [string, number][] = [
      ['{"a":1,}', 7],
      ['[1 2]', 3],
      ['{"a" 1}', 5],
      ['"abc', 4],
      ['[1,', 3],
      ['{"a":01}', 6],
      ['1 x', 2],
    ];
    for (const [text, at] of faults) {
      let caught: unknown;
      try {
        readJson(text);
      } catch (error) {
        caught = error;
      }
      expect(caught, text).toBeInstanceOf(JsonError);
      expect((caught as JsonError).at, text).toBe(at);
    }
  });
  it('refuses nesting that would exhaust the stack', () => {
    expect(() => readJson(`${'['.repeat(5000)}12345678901234567890`)).toThrow('nested too deeply');
  });
});

describe('writeJson', () => {
  it('writes the digits of a BigInt', () => {
    expect(writeJson({ Id: 18446744073709551615n })).toBe('{"Id":18446744073709551615}');
  });
  it('is undone by readJson', () => {
    const value = { a: [1, 'ü', null, { b: 12345678901234567890n }], 'x"y': '\u0001', leer: {}, liste: [] };
    expect(readJson(writeJson(value))).toEqual(value);
    expect(readJson(writeJson(value, 2))).toEqual(value);
  });
  it('indents as JSON.stringify does', () => {
    const value = { a: [1, { b: 2 }], c: {} };
    expect(writeJson(value, 2)).toBe(JSON.stringify(value, null, 2));
  });
});
