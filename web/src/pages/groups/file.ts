// Reads the beginning of a file of recipients and guesses what its reader would have to be told: the encoding, the
// first line's meaning, which column holds the address, what the others are called. Nothing here knows the screen.

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030' | 'windows-1252';

/** How many rows the guesses look at, and how many the screen shows. */
export const kSampleRows = 100;

/** The name of a variable as the server takes it: letters, digits, `_`, `-`, `.` and blanks, 64 bytes of UTF-8. */
export function variableName(text: string): string | undefined {
  const name = text.trim().replace(/\s+/g, ' ');
  if (name === '' || !/^[\p{L}\p{M}\p{N}_.\- ]+$/u.test(name)) return undefined;
  return new TextEncoder().encode(name).length <= 64 ? name : undefined;
}

/**
 * A byte order mark decides; bytes that are UTF-8 are taken as it; the rest is GB18030, whose files are the usual
 * others here. `bytes` may end in the middle of a character.
 */
export function guessEncoding(bytes: Uint8Array): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  // UTF-16 without a mark: every other byte of Latin text is zero.
  let evenZeros = 0;
  let oddZeros = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] === 0) {
      if (at % 2 === 0) evenZeros += 1;
      else oddZeros += 1;
    }
  }
  if (oddZeros > bytes.length / 4) return 'utf-16le';
  if (evenZeros > bytes.length / 4) return 'utf-16be';
  return isUtf8(bytes) ? 'utf-8' : 'gb18030';
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    // With `stream` a character that the sample cuts in two is no error.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

const kAddress = /^[^\s@<>]+@[^\s@<>]+$/;

/** Whether a cell looks like an address. The server judges; this only finds the column. */
export function looksLikeAddress(cell: string): boolean {
  return kAddress.test(cell.trim());
}

/** The first line names the columns when it has no address although a later line has one. */
export function guessHeader(rows: readonly (readonly string[])[]): boolean {
  const [first, ...others] = rows;
  if (first === undefined || first.some(looksLikeAddress)) return false;
  return others.some((row) => row.some(looksLikeAddress));
}

/** One column of the file: its name there, some values, what it becomes. */
export interface Column {
  readonly index: number;
  /** The name in the first line, else empty. */
  readonly name: string;
  readonly values: readonly string[];
  /** 'address', 'out' (left out), or the variable that it fills, as `=name`. */
  readonly becomes: string;
  /** How many of the sample's values would be refused because of a tag in them. */
  readonly withTags: number;
  /** How many of the sample's values look like an address. */
  readonly addresses: number;
}

/** Names, first values and the guessed use of each column of a sample. */
export function guessColumns(rows: readonly (readonly string[])[], header: boolean): Column[] {
  const body = header ? rows.slice(1) : rows;
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const columns: Column[] = [];
  for (let index = 0; index < width; index += 1) {
    const values = body.map((row) => row[index] ?? '');
    columns.push({
      index,
      name: header ? (rows[0]?.[index] ?? '').trim() : '',
      values: values.filter((value) => value !== '').slice(0, 3),
      becomes: 'out',
      withTags: values.filter(hasTag).length,
      addresses: values.filter(looksLikeAddress).length,
    });
  }
  const most = Math.max(0, ...columns.map((column) => column.addresses));
  const address = most > 0 ? columns.findIndex((column) => column.addresses === most) : -1;
  const taken = new Set<string>();
  return columns.map((column) => {
    if (column.index === address) return { ...column, becomes: 'address' };
    if (column.withTags > 0) return column;
    const name = header ? variableName(column.name) : `column${column.index + 1}`;
    if (name === undefined || taken.has(name)) return column;
    taken.add(name);
    return { ...column, becomes: `=${name}` };
  });
}

/**
 * The rule by which the server refuses a value: a `<` that opens a tag, an end tag, a comment or a declaration, and a
 * `>` behind it.
 */
export function hasTag(text: string): boolean {
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
    if (/[A-Za-z/!?]/.test(text[at + 1] ?? '') && text.indexOf('>', at + 1) >= 0) return true;
  }
  return false;
}
