// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { guessColumns } from './file';
import { beginning, sendImport, type Import } from './importModel';
import { readSample, type Source } from './rows';

// The DOM of the tests reads files by FileReader only.
Blob.prototype.arrayBuffer ??= function (this: Blob) {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as ArrayBuffer);
    reader.readAsArrayBuffer(this);
  });
};

type Params = Record<string, unknown>;
const calls: [string, Params][] = [];
let answer: (action: string, params: Params) => Partial<Import>;

vi.mock('../../api/call', () => ({
  newIdempotencyKey: () => 'key',
  call: (action: string, params: Params) => {
    calls.push([action, params]);
    return Promise.resolve({ Import: answer(action, params) });
  },
}));

async function source(rows: number): Promise<Source> {
  const text = ['email', ...Array.from({ length: rows }, (_, i) => `r${i}@post.test`)].join('\n');
  const file = new File([text], 'people.csv');
  const sample = await readSample(file, 'utf-8', '', 100);
  return {
    file, encoding: 'utf-8', separator: sample.separator, header: true, columns: guessColumns(sample.rows, true),
  };
}

const send = async (begun?: Import) =>
  sendImport(
    begun, 1, await source(6), { perCall: 2, dataBytes: 800 }, { leaveOut: false, distinct: 6, token: 'once' },
    () => undefined, new AbortController().signal,
  );

describe('an import', () => {
  beforeEach(() => {
    calls.length = 0;
    vi.stubGlobal('localStorage', { setItem: () => undefined, removeItem: () => undefined });
  });

  it('numbers its parts itself when another tab stores them first', async () => {
    // The other tab is always ahead: each answer counts a part more than this tab has sent.
    answer = (action, params) => ({
      ImportId: 7, State: 'open',
      TotalCount: action === 'GetImport' ? 0 : 6,
      PartCount: action === 'GetImport' ? 0 : Number(params.Part ?? 2) + 1,
    });
    await send({ ImportId: 7 } as Import);
    const parts = calls.filter(([, params]) => params.Part !== undefined).map(([, params]) => params);
    expect(parts.map((params) => params.Part)).toEqual([1, 2, 3]);
    expect(parts.map((params) => (params.Emails as string[])[0])).toEqual(['r0@post.test', 'r2@post.test', 'r4@post.test']);
  });

  it('begins with a token, so that a lost answer makes no second one', async () => {
    answer = () => ({ ImportId: 7, State: 'open', TotalCount: 0, PartCount: 0 });
    await send();
    expect(calls[0]?.[1]).toMatchObject({ ReceiverId: 1, ClientToken: 'once' });
    expect(calls[0]?.[1]).toEqual(beginning(1, await source(6), { leaveOut: false, distinct: 6, token: 'once' }));
    expect(calls.at(-1)?.[1]).toEqual({ ImportId: 7, Last: true });
  });
});
