/**
 * JSON whose integers survive. JavaScript's own reader rounds integers beyond 2^53, which the API's 64-bit numbers may
 * be; here they become BigInt. All other numbers stay numbers.
 */
export type Json = null | boolean | number | bigint | string | Json[] | { [name: string]: Json };

export class JsonError extends Error {
  constructor(
    readonly reason: string,
    /** Where in the text, in UTF-16 units from its beginning. */
    readonly at: number,
  ) {
    super(`${reason} at ${at}`);
  }
}

const kManyDigits = /\d{16}/;

/** Reads a JSON text. Throws JsonError with the place when it is none. */
export function readJson(text: string): Json {
  // Most answers have no long number, and the built-in reader is many times faster.
  if (!kManyDigits.test(text)) {
    try {
      return JSON.parse(text) as Json;
    } catch {
      // Read again below, for the place of the fault.
    }
  }
  const reader = new Reader(text);
  return reader.document();
}

/** Writes a value as JSON; members that are undefined are left out. `indent` 0 writes one line. */
export function writeJson(value: Json | undefined, indent = 0): string {
  return writeValue(value ?? null, indent, '\n');
}

function writeValue(value: Json, indent: number, newline: string): string {
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const inner = newline + ' '.repeat(indent);
  const separator = indent ? `,${inner}` : ',';
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    const items = value.map((item) => writeValue(item, indent, inner)).join(separator);
    return indent ? `[${inner}${items}${newline}]` : `[${items}]`;
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `${JSON.stringify(name)}:${indent ? ' ' : ''}${writeValue(member, indent, inner)}`);
  if (members.length === 0) return '{}';
  return indent ? `{${inner}${members.join(separator)}${newline}}` : `{${members.join(separator)}}`;
}

const kDepthMax = 512;
const kNumber = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const kBlank = /[ \t\r\n]*/y;
// eslint-disable-next-line no-control-regex
const kPlainText = /[^"\\\u0000-\u001f]*/y;
const kEscapes: Record<string, string> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

class Reader {
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  document(): Json {
    const value = this.value();
    this.blanks();
    if (this.at < this.text.length) this.fail('text behind the value');
    return value;
  }

  private value(): Json {
    this.blanks();
    const first = this.text[this.at];
    if (first === '{') return this.object();
    if (first === '[') return this.array();
    if (first === '"') return this.string();
    if (first === '-' || (first !== undefined && first >= '0' && first <= '9')) return this.number();
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.fail(first === undefined ? 'the text ends too early' : 'no value');
  }

  private object(): Json {
    const members: { [name: string]: Json } = {};
    this.enter();
    this.blanks();
    if (this.skip('}')) return this.leave(members);
    for (;;) {
      this.blanks();
      if (this.text[this.at] !== '"') this.fail('a member name in quotes is expected');
      const name = this.string();
      this.blanks();
      if (!this.skip(':')) this.fail('":" is expected');
      const value = this.value();
      // A member called __proto__ would change the object instead of being stored in it.
      Object.defineProperty(members, name, { value, enumerable: true, configurable: true, writable: true });
      this.blanks();
      if (this.skip('}')) return this.leave(members);
      if (!this.skip(',')) this.fail('"," or "}" is expected');
    }
  }

  private array(): Json {
    const items: Json[] = [];
    this.enter();
    this.blanks();
    if (this.skip(']')) return this.leave(items);
    for (;;) {
      items.push(this.value());
      this.blanks();
      if (this.skip(']')) return this.leave(items);
      if (!this.skip(',')) this.fail('"," or "]" is expected');
    }
  }

  private string(): string {
    this.at += 1;
    let out = '';
    for (;;) {
      out += this.match(kPlainText);
      const next = this.text[this.at];
      if (next === '"') {
        this.at += 1;
        return out;
      }
      if (next === undefined) this.fail('the string has no end');
      if (next !== '\\') this.fail('a control character in a string');
      const kind = this.text[this.at + 1] ?? '';
      if (kind === 'u') {
        const digits = this.text.slice(this.at + 2, this.at + 6);
        if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.fail('\\u needs four hexadecimal digits');
        out += String.fromCharCode(parseInt(digits, 16));
        this.at += 6;
      } else {
        const char = kEscapes[kind];
        if (char === undefined) this.fail('an unknown escape');
        out += char;
        this.at += 2;
      }
    }
  }

  private number(): Json {
    const digits = this.match(kNumber);
    if (digits === '') this.fail('no number');
    const value = Number(digits);
    if (/^-?\d+$/.test(digits) && !Number.isSafeInteger(value)) return BigInt(digits);
    return value;
  }

  private enter(): void {
    this.at += 1;
    this.depth += 1;
    if (this.depth > kDepthMax) this.fail('nested too deeply');
  }

  private leave<T>(value: T): T {
    this.depth -= 1;
    return value;
  }

  private blanks(): void {
    this.match(kBlank);
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  private skip(char: string): boolean {
    if (this.text[this.at] !== char) return false;
    this.at += 1;
    return true;
  }

  private fail(reason: string): never {
    throw new JsonError(reason, this.at);
  }
}
