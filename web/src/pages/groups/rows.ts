// Turns the rows of a file into what ImportRecipients takes, looks each of them over before anything is sent, and hands
// them over in parts.

import Papa from 'papaparse';
import { hasTag, type Column, type Encoding } from './file';

/** Bytes of one recipient's data as JSON (GetLimits: TemplateDataBytes). */
export interface Limits {
  readonly perCall: number;
  readonly dataBytes: number;
}

export type Verdict = 'Repeat' | 'Empty' | 'TooLong' | 'Tag' | 'DataTooLong';

/** A row that deserves a word. The server refuses rows with Tag or DataTooLong. */
export interface OddRow {
  readonly line: number;
  readonly address: string;
  readonly verdict: Verdict;
  /** Repeat: the line that has the address already. */
  readonly first?: number;
  /** Tag: the variable. */
  readonly variable?: string;
}

/** How many odd rows are kept for the screen and the verdict file; the counts go on. */
export const kOddRowsMax = 100_000;

export interface Source {
  /** A file, or pasted text as one. */
  readonly file: File;
  readonly encoding: Encoding;
  /** Empty: guessed by the parser. */
  readonly separator: string;
  readonly header: boolean;
  readonly columns: readonly Column[];
}

/** The separators that are looked for, and offered. */
export const kSeparators = [',', ';', '\t', '|'] as const;

export interface Check {
  readonly rows: number;
  /** Different addresses among the rows that may be stored. */
  readonly distinct: number;
  readonly odd: readonly OddRow[];
  readonly counts: Readonly<Record<Verdict, number>>;
}

export interface Item {
  readonly Email: string;
  readonly TemplateData: string;
}

interface Mapped extends Item {
  readonly line: number;
  readonly odd?: OddRow;
}

const encoder = new TextEncoder();

/** One row as the API takes it, with the reason when it must stay out. */
export function mapRow(row: readonly string[], line: number, columns: readonly Column[], limits: Limits): Mapped {
  let address = '';
  const data: Record<string, string> = {};
  let tagged: string | undefined;
  for (const column of columns) {
    const value = (row[column.index] ?? '').trim();
    if (column.becomes === 'address') address = value;
    else if (column.becomes.startsWith('=')) {
      const name = column.becomes.slice(1);
      data[name] = value;
      if (hasTag(value)) tagged ??= name;
    }
  }
  const text = hasVariables(columns) ? JSON.stringify(data) : '';
  const mapped = { Email: address, TemplateData: text, line };
  if (tagged !== undefined) return { ...mapped, odd: { line, address, verdict: 'Tag', variable: tagged } };
  if (encoder.encode(text).length > limits.dataBytes) {
    return { ...mapped, odd: { line, address, verdict: 'DataTooLong' } };
  }
  if (address === '') return { ...mapped, odd: { line, address, verdict: 'Empty' } };
  if (encoder.encode(address).length > 254) return { ...mapped, odd: { line, address, verdict: 'TooLong' } };
  return mapped;
}

export function hasVariables(columns: readonly Column[]): boolean {
  return columns.some((column) => column.becomes.startsWith('='));
}

/** The first rows of a file, as they are. */
export function readSample(file: File, encoding: Encoding, separator: string, rows: number): Promise<{
  rows: string[][];
  separator: string;
}> {
  return new Promise((resolve, reject) => {
    Papa.parse<string[]>(file, {
      encoding,
      delimiter: separator,
      delimitersToGuess: [...kSeparators],
      preview: rows,
      skipEmptyLines: true,
      complete: (result) => resolve({ rows: result.data.map(withoutMark), separator: result.meta.delimiter }),
      error: (error) => reject(error),
    });
  });
}

/** UTF-16 and others keep their byte order mark as a character before the first cell. */
function withoutMark(row: string[], index: number): string[] {
  return index === 0 && row[0]?.startsWith('\uFEFF') ? [row[0].slice(1), ...row.slice(1)] : row;
}

/**
 * Reads the whole file in pieces of a megabyte. `onRows` gets each piece with the number of its first row and may take
 * its time; the file is not read on meanwhile, so that memory does not grow with the file.
 */
export function readAll(
  source: Source,
  onRows: (rows: string[][], firstLine: number, bytes: number) => Promise<void> | void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let line = 1;
    let first = true;
    Papa.parse<string[]>(source.file, {
      encoding: source.encoding,
      delimiter: source.separator,
      delimitersToGuess: [...kSeparators],
      skipEmptyLines: true,
      chunkSize: 1 << 20,
      chunk: (result, parser) => {
        if (signal.aborted) {
          parser.abort();
          return;
        }
        let rows = result.data;
        if (first) {
          rows = rows.map(withoutMark);
          if (source.header) {
            rows = rows.slice(1);
            line = 2;
          }
          first = false;
        }
        const at = line;
        line += rows.length;
        parser.pause();
        Promise.resolve(onRows(rows, at, result.meta.cursor)).then(
          () => (signal.aborted ? parser.abort() : parser.resume()),
          (error: unknown) => {
            // Before the abort, which completes: the first of the two counts.
            reject(error as Error);
            parser.abort();
          },
        );
      },
      complete: () => (signal.aborted ? reject(new DOMException('stopped', 'AbortError')) : resolve()),
      error: (error) => reject(error),
    });
  });
}

/** Gives the screen its turn between two pieces. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

/** Judges every row without sending any. */
export async function checkRows(
  source: Source,
  limits: Limits,
  onProgress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Check> {
  const counts: Record<Verdict, number> = { Repeat: 0, Empty: 0, TooLong: 0, Tag: 0, DataTooLong: 0 };
  const odd: OddRow[] = [];
  const seen = new Map<string, number>();
  let total = 0;
  await readAll(
    source,
    async (rows, firstLine, bytes) => {
      rows.forEach((row, index) => {
        const mapped = mapRow(row, firstLine + index, source.columns, limits);
        total += 1;
        let note = mapped.odd;
        if (note === undefined) {
          const key = mapped.Email.toLowerCase();
          const before = seen.get(key);
          if (before === undefined) seen.set(key, mapped.line);
          else note = { line: mapped.line, address: mapped.Email, verdict: 'Repeat', first: before };
        }
        if (note !== undefined) {
          counts[note.verdict] += 1;
          if (odd.length < kOddRowsMax) odd.push(note);
        }
      });
      onProgress(bytes);
      await breathe();
    },
    signal,
  );
  return { rows: total, distinct: seen.size, odd, counts };
}

/** A part of an import: rows that follow each other in the file. */
export interface Part {
  readonly items: readonly Item[];
  readonly firstLine: number;
}

/**
 * Hands every row over in parts of `size`, one after the other, behind the first `skip` rows. When `send` fails, it ends
 * there with its error; what was handed over before is stored.
 */
export async function eachPart(
  source: Source,
  limits: Limits,
  size: number,
  skip: number,
  send: (part: Part) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let waiting: Mapped[] = [];
  let passed = 0;
  const flush = async (count: number): Promise<void> => {
    const rows = waiting.slice(0, count);
    waiting = waiting.slice(count);
    const items = rows.map(({ Email, TemplateData }) => ({ Email, TemplateData }));
    await send({ items, firstLine: rows[0]?.line ?? 1 });
  };
  await readAll(
    source,
    async (rows, firstLine) => {
      rows.forEach((row, index) => {
        passed += 1;
        if (passed > skip) waiting.push(mapRow(row, firstLine + index, source.columns, limits));
      });
      while (waiting.length >= size && !signal.aborted) await flush(size);
    },
    signal,
  );
  while (waiting.length > 0 && !signal.aborted) await flush(size);
}
