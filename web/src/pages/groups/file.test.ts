import { describe, expect, it } from 'vitest';
import { guessColumns, guessEncoding, guessHeader, hasTag, variableName } from './file';

const bytes = (...values: number[]) => new Uint8Array(values);
const utf8 = (text: string) => new TextEncoder().encode(text);

describe('the encoding of a file', () => {
  it('is what its byte order mark says', () => {
    expect(guessEncoding(bytes(0xff, 0xfe, 0x61, 0))).toBe('utf-16le');
    expect(guessEncoding(bytes(0xfe, 0xff, 0, 0x61))).toBe('utf-16be');
    expect(guessEncoding(bytes(0xef, 0xbb, 0xbf, 0x61))).toBe('utf-8');
  });
  it('is UTF-16 without a mark when every other byte is zero', () => {
    expect(guessEncoding(bytes(0x61, 0, 0x40, 0, 0x62, 0))).toBe('utf-16le');
  });
  it('is UTF-8 although the sample ends inside a character', () => {
    expect(guessEncoding(utf8('ada@post.example,李').slice(0, -1))).toBe('utf-8');
  });
  it('is GB18030 for other bytes', () => {
    expect(guessEncoding(bytes(0xc0, 0xee, 0xce, 0xb0, 0x2c))).toBe('gb18030');
  });
});

describe('the columns of a file', () => {
  const rows = [
    ['E-Mail', 'Vorname', 'Notiz', 'a{b'],
    ['ada@brightmail.example', 'Ada', '<b>VIP</b>', '1'],
    ['li.wei@qingxin.example', '李伟', '', '2'],
  ];
  it('are named by a first line without an address', () => {
    expect(guessHeader(rows)).toBe(true);
    expect(guessHeader(rows.slice(1))).toBe(false);
    expect(guessHeader([['name'], ['city']])).toBe(false);
  });
  it('get their use by what stands in them', () => {
    expect(guessColumns(rows, true).map((column) => column.becomes)).toEqual(['address', '=Vorname', 'out', 'out']);
    expect(guessColumns(rows, true)[2]?.withTags).toBe(1);
  });
  it('without names are numbered', () => {
    expect(guessColumns(rows.slice(1), false).map((column) => column.becomes)).toEqual([
      'address', '=column2', 'out', '=column4',
    ]);
  });
});

describe('a value', () => {
  it('has a tag when the server says so', () => {
    for (const value of ['<b>', 'a </i>', '<!-- x -->', '<?x ?>']) expect(hasTag(value), value).toBe(true);
    for (const value of ['a < b', '1<2>0', '<', '<b']) expect(hasTag(value), value).toBe(false);
  });
});

describe('the name of a variable', () => {
  it('has letters, digits and few signs, 64 bytes at most', () => {
    expect(variableName('  first   name ')).toBe('first name');
    expect(variableName('城市')).toBe('城市');
    for (const name of ['', 'a{b', '#if', '中'.repeat(22)]) expect(variableName(name), name).toBeUndefined();
  });
});
