// Imports as the API tells them, and what the browser keeps so that one is resumed after the page was left.

import { call, newIdempotencyKey } from '../../api/call';
import { csvText } from '../csv';
import type { Column, Encoding } from './file';
import type { Id } from './model';
import { eachPart, hasVariables, type Limits, type Source } from './rows';
import { inBrowser } from '../../api/kept';

export interface Import {
  readonly ImportId: Id;
  readonly ReceiverId: Id;
  readonly FileName: string;
  readonly FileBytes: number;
  readonly Author: string;
  readonly LeaveOutMalformed: boolean;
  readonly State: 'open' | 'finished' | 'undoing' | 'stopped' | 'undone';
  readonly CreateTime: string;
  readonly UndoUntil: string;
  readonly PartCount: number;
  readonly TotalCount: number;
  readonly ValidCount: number;
  readonly InvalidCount: number;
  readonly TooLongCount: number;
  readonly EmptyEmailCount: number;
  readonly RepeatCount: number;
  readonly RefusedCount: number;
  readonly AddedCount: number;
  readonly RemovedCount: number;
}

export interface RowVerdict {
  readonly Number: number;
  readonly Line: number;
  readonly Email: string;
  readonly Verdict: 'valid' | 'invalid' | 'too_long' | 'empty' | 'repeat' | 'refused';
  readonly Reason: string;
  readonly MatchLine: number;
  readonly MatchEmailId: Id;
}

/** Rows of one call: small enough for live counters and for little to be sent again after a cut connection. */
const kPartRows = 5_000;
const kVerdictsPerCall = 10_000;

/** How the columns of a file were understood. */
interface Mapping {
  readonly encoding: Encoding;
  readonly separator: string;
  readonly header: boolean;
  readonly becomes: readonly string[];
  /** Of the file, as printOf makes it. */
  readonly print: number;
}

const kPrintBytes = 64 * 1024;

const keyOf = (id: Id) => `sesame.import.${id}`;

async function keepMapping(id: Id, source: Source): Promise<void> {
  const mapping: Mapping = {
    print: await printOf(source.file),
    encoding: source.encoding,
    separator: source.separator,
    header: source.header,
    becomes: source.columns.map((column) => column.becomes),
  };
  inBrowser.keep(keyOf(id), JSON.stringify(mapping));
}

/** The mapping with which an import was begun in this browser. */
function keptMapping(id: Id): Mapping | undefined {
  try {
    return JSON.parse(inBrowser.read(keyOf(id)) ?? '') as Mapping;
  } catch {
    return undefined;
  }
}

export function withMapping(columns: readonly Column[], becomes: readonly string[]): Column[] {
  return columns.map((column) => ({ ...column, becomes: becomes[column.index] ?? column.becomes }));
}

/** A file's name as the server keeps it. */
const nameOf = (file: File) => file.name.slice(0, 200);

/** A number that two files of the same name and size share only by chance: of their beginning, middle and end. */
export async function printOf(file: File): Promise<number> {
  let print = 0x811c9dc5;
  for (const start of [0, Math.max(0, Math.floor((file.size - kPrintBytes) / 2)), Math.max(0, file.size - kPrintBytes)]) {
    const bytes = new Uint8Array(await file.slice(start, start + kPrintBytes).arrayBuffer());
    // FNV-1a: the hashes of the browser are not there on pages over plain HTTP.
    for (const byte of bytes) print = Math.imul(print ^ byte, 0x01000193) >>> 0;
  }
  return print;
}

/**
 * The newest import of this very file into the group that takes more rows, and its mapping. It must have been begun in
 * this browser: elsewhere nobody knows whether the content is the same.
 */
export async function findOpenImport(group: Id, file: File): Promise<{ one: Import; mapping: Mapping } | undefined> {
  const answer = await call<{ Data: Import[] }>('ListImports', { ReceiverId: group, Offset: 0, Limit: 100 });
  const alike = answer.Data.filter(
    (one) => one.State === 'open' && one.FileName === nameOf(file) && Number(one.FileBytes) === file.size,
  );
  if (alike.length === 0) return undefined;
  const print = await printOf(file);
  for (const one of alike) {
    const mapping = keptMapping(one.ImportId);
    if (mapping?.print === print) return { one, mapping };
  }
  return undefined;
}

export interface ImportOptions {
  readonly leaveOut: boolean;
  readonly distinct: number;
  readonly token: string;
}

/** The call that begins an import; those with its rows follow. */
export function beginning(group: Id, source: Source, options: ImportOptions) {
  return {
    ReceiverId: group,
    FileName: nameOf(source.file),
    FileBytes: source.file.size,
    RecipientCount: options.distinct,
    LeaveOutMalformed: options.leaveOut,
    ClientToken: options.token,
  };
}

/**
 * Sends a file part by part, behind what the import has already. The parts are numbered here and not by the answers: when
 * another tab sends the same file into the same import, a part that comes twice has the same number and the same rows.
 */
export async function sendImport(
  begun: Import | undefined,
  group: Id,
  source: Source,
  limits: Limits,
  options: ImportOptions,
  onProgress: (one: Import) => void,
  signal: AbortSignal,
): Promise<void> {
  const send = async (params: Record<string, unknown>): Promise<Import> => {
    const answer = await call<{ Import: Import }>('ImportRecipients', params as Parameters<typeof call>[1], {
      idempotencyKey: newIdempotencyKey(),
      signal,
    });
    onProgress(answer.Import);
    return answer.Import;
  };
  let one = begun
    ? (await call<{ Import: Import }>('GetImport', { ImportId: begun.ImportId }, { signal })).Import
    : await send(beginning(group, source, options));
  await keepMapping(one.ImportId, source);
  const withData = hasVariables(source.columns);
  let part = one.PartCount;
  await eachPart(
    source,
    limits,
    Math.min(limits.perCall, kPartRows),
    one.TotalCount,
    async ({ items, firstLine }) => {
      part += 1;
      one = await send({
        ImportId: one.ImportId,
        Part: part,
        FirstLine: firstLine,
        ...(withData ? { Datas: items.map((item) => ({ ...item })) } : { Emails: items.map((item) => item.Email) }),
      });
    },
    signal,
  );
  if (one.State === 'open') await send({ ImportId: one.ImportId, Last: true });
  inBrowser.drop(keyOf(one.ImportId));
}

/** Reads the verdicts on all rows, page by page, as a CSV file. */
export async function verdictFile(
  id: Id,
  reasonOf: (row: RowVerdict) => string,
  onRead: (rows: number) => void,
): Promise<string> {
  const pieces = [csvText([['line', 'address', 'verdict', 'reason', 'matching_line']])];
  let after = 0;
  let read = 0;
  do {
    const answer = await call<{ Rows: RowVerdict[]; NextAfter: number }>('GetImport', {
      ImportId: id,
      WithRows: true,
      After: after,
      Limit: kVerdictsPerCall,
    });
    pieces.push(
      answer.Rows.length === 0
        ? ''
        : csvText(
            answer.Rows.map((row) => [
              String(row.Line), row.Email, row.Verdict, reasonOf(row), row.MatchLine > 0 ? String(row.MatchLine) : '',
            ]),
          ),
    );
    read += answer.Rows.length;
    onRead(read);
    after = Number(answer.NextAfter);
  } while (after > 0);
  return pieces.join('');
}
