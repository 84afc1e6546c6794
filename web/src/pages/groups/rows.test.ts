import { describe, expect, it } from 'vitest';
import { guessColumns } from './file';
import { checkRows, mapRow, kNoCounters, readSample, uploadRows, type Item, type Source } from './rows';

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
    expect(check.sendable).toBe(4);
    expect(check.counts).toEqual({ Repeat: 1, Empty: 1, TooLong: 1, Tag: 1, DataTooLong: 1 });
    expect(check.odd.map((row) => [row.line, row.verdict, row.first])).toEqual([
      [3, 'Repeat', 2], [4, 'Empty', undefined], [5, 'Tag', undefined], [6, 'DataTooLong', undefined],
      [7, 'TooLong', undefined],
    ]);
  });
  it('go out in full calls, without those that would spoil a call, and the counters are summed', async () => {
    const calls: Item[][] = [];
    const sum = await uploadRows(await source(kText), kLimits, (items) => {
      calls.push(items);
      return Promise.resolve({ ...kNoCounters, TotalCount: items.length, ValidCount: 1 });
    }, () => undefined, new AbortController().signal);
    expect(calls.map((items) => items.length)).toEqual([2, 2]);
    expect(calls[0]?.[1]).toEqual({ Email: 'ADA@brightmail.example', TemplateData: '{"name":"Ada; again"}' });
    expect(sum).toMatchObject({ TotalCount: 4, ValidCount: 2 });
  });
  it('stop at the call that fails', async () => {
    let calls = 0;
    const upload = uploadRows(await source(kText), kLimits, () => {
      calls += 1;
      return Promise.reject(new Error('refused'));
    }, () => undefined, new AbortController().signal);
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
