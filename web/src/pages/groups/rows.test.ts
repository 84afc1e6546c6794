// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { guessColumns } from './file';
import { checkRows, eachPart, mapRow, readSample, type Part, type Source } from './rows';

const kLimits = { perCall: 2, dataBytes: 60 };
const kText = [
  'Email;name',
  'ada@brightmail.example;Ada',
  'ADA@brightmail.example;"Ada; again"',
  ';nobody',
  'tag@post.example;<b>x</b>',
  `long@post.example;${'x'.repeat(60)}`,
  `${'a'.repeat(250)}@post.example;`,
].join('\n');

async function source(text: string): Promise<Source> {
  const file = new File([text], 'people.csv');
  const sample = await readSample(file, 'utf-8', '', 100);
  return {
    file, encoding: 'utf-8', separator: sample.separator, header: true,
    columns: guessColumns(sample.rows, true).map((column) =>
      column.name === 'name' ? { ...column, becomes: '=name' } : column),
  };
}

describe('the rows of a file', () => {
  it('are each judged, with the line and the line that had the address before', async () => {
    const check = await checkRows(await source(kText), kLimits, () => undefined, new AbortController().signal);
    expect(check.rows).toBe(6);
    expect(check.distinct).toBe(1);
    expect(check.counts).toEqual({ Repeat: 1, Empty: 1, TooLong: 1, Tag: 1, DataTooLong: 1 });
    expect(check.odd.map((row) => [row.line, row.verdict, row.first])).toEqual([
      [3, 'Repeat', 2], [4, 'Empty', undefined], [5, 'Tag', undefined], [6, 'DataTooLong', undefined],
      [7, 'TooLong', undefined],
    ]);
  });
  it('go out in parts, each with the line that it begins on', async () => {
    const parts: Part[] = [];
    const send = (part: Part) => {
      parts.push(part);
      return Promise.resolve();
    };
    await eachPart(await source(kText), kLimits, 4, 0, send, new AbortController().signal);
    expect(parts.map((part) => [part.items.length, part.firstLine])).toEqual([[4, 2], [2, 6]]);
    expect(parts[0]?.items[1]).toEqual({ Email: 'ADA@brightmail.example', TemplateData: '{"name":"Ada; again"}' });
  });
  it('go on behind the rows that are stored', async () => {
    const parts: Part[] = [];
    const send = (part: Part) => {
      parts.push(part);
      return Promise.resolve();
    };
    await eachPart(await source(kText), kLimits, 2, 3, send, new AbortController().signal);
    expect(parts.map((part) => [part.items.length, part.firstLine])).toEqual([[2, 5], [1, 7]]);
    expect(parts[0]?.items[0]?.Email).toBe('tag@post.example');
  });
  it('stop at the part that fails', async () => {
    let calls = 0;
    const send = () => {
      calls += 1;
      return Promise.reject(new Error('refused'));
    };
    const upload = eachPart(await source(kText), kLimits, 2, 0, send, new AbortController().signal);
    await expect(upload).rejects.toThrow('refused');
    expect(calls).toBe(1);
  });
  it('without variables carry no data', () => {
    const columns = guessColumns([['ada@post.example']], false);
    expect(mapRow([' ada@post.example '], 1, columns, kLimits)).toEqual({
      Email: 'ada@post.example', TemplateData: '', line: 1,
    });
  });
});
