import type { Json } from '../../api/json';
import type { Language } from '../../words/words';
import type { Action, Api, Field } from './description';
import { kindOf } from './kinds';

/** What is wrong with a value, by the path of its member. */
export type Findings = Map<string, string>;

export type Doc = { [name: string]: Json };

interface Words {
  missing: string;
  wrongType: (type: string) => string;
  unknown: string;
  nullRefused: string;
  needsRecipient: string;
}

const kFindingsMax = 200;

/** Checks parameters by the limits that the server has, too. Sending stays possible: errors are worth trying. */
export function check(api: Api, action: Action, doc: Doc, language: Language, words: Words): Findings {
  const findings: Findings = new Map();
  new Checker(api, action, language, words, findings).members('', action.input, doc);
  return findings;
}

class Checker {
  constructor(
    private readonly api: Api,
    private readonly action: Action,
    private readonly language: Language,
    private readonly words: Words,
    private readonly findings: Findings,
  ) {}

  members(prefix: string, fields: Field[], doc: Doc): void {
    for (const field of fields) {
      const value = doc[field.name];
      const path = prefix + field.name;
      if (value === undefined) {
        if (field.required) this.say(path, this.words.missing);
      } else {
        this.value(path, field, value);
      }
    }
    for (const name of Object.keys(doc)) {
      if (!fields.some((field) => field.name === name)) this.say(prefix + name, this.words.unknown);
    }
  }

  private value(path: string, field: Field, value: Json): void {
    if (value === null) {
      if (field.required) this.say(path, this.words.missing);
      return;
    }
    if (field.type === 'array') {
      if (!Array.isArray(value)) return this.say(path, this.words.wrongType('array'));
      this.bound(path, 'min_items', field.min_items, value.length, -1);
      this.bound(path, 'max_items', field.max_items, value.length, 1);
      const item = { ...field, type: elementType(field) };
      for (let i = 0; i < value.length && this.findings.size < kFindingsMax; i += 1) {
        this.value(`${path}.${i}`, item, value[i]!);
      }
      return;
    }
    if (field.type === 'object') {
      if (typeof value !== 'object' || Array.isArray(value)) return this.say(path, this.words.wrongType('object'));
      return this.members(`${path}.`, this.api.members(this.action, field), value);
    }
    this.plain(path, field, value);
  }

  private plain(path: string, field: Field, value: Json): void {
    if (!hasType(field, value)) return this.say(path, this.words.wrongType(field.type));
    if (field.one_of && !field.one_of.some((choice) => String(choice) === String(value))) {
      this.say(path, this.api.rule('one_of', field.one_of.join(', '), this.language));
    }
    if (typeof value === 'number' || typeof value === 'bigint') {
      this.bound(path, 'min', field.min, value, -1);
      this.bound(path, 'max', field.max, value, 1);
    }
    if (typeof value === 'string') {
      const length = Array.from(value).length;
      this.bound(path, 'min_length', field.min_length, length, -1);
      this.bound(path, 'max_length', field.max_length, length, 1);
      if (field.max_bytes !== undefined) this.bound(path, 'max_bytes', field.max_bytes, utf8Length(value), 1);
      this.pattern(path, field, value);
    }
  }

  private pattern(path: string, field: Field, value: string): void {
    const kind = kindOf({ ...field, type: field.type === 'array' ? 'string' : field.type });
    if (kind === 'date' && !/^\d{4}-\d{2}-\d{2}$/.test(value)) this.rule(path, 'date');
    if (kind === 'datetime' && !/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(value)) this.rule(path, 'datetime');
    if (field.pattern === 'digits' && !/^\d+$/.test(value)) this.rule(path, 'digits');
    // eslint-disable-next-line no-control-regex
    if (field.pattern === 'line' && /[\u0000-\u001f\u007f]/.test(value)) this.rule(path, 'line');
  }

  private bound(path: string, rule: string, limit: number | undefined, value: number | bigint, sign: number): void {
    if (limit === undefined) return;
    if (sign > 0 ? value > limit : value < limit) {
      this.say(path, this.api.rule(rule, String(limit), this.language));
    }
  }

  private rule(path: string, name: string): void {
    this.say(path, this.api.rule(name, '', this.language));
  }

  private say(path: string, text: string): void {
    if (!this.findings.has(path) && this.findings.size < kFindingsMax) this.findings.set(path, text);
  }
}

function elementType(field: Field): Field['type'] {
  const of = field.of ?? 'string';
  return ['string', 'uint64', 'int64', 'bool', 'date', 'datetime'].includes(of) ? (of as Field['type']) : 'object';
}

const kUint64Max = 18446744073709551615n;
const kInt64Max = 9223372036854775807n;

function hasType(field: Field, value: Json): boolean {
  switch (field.type) {
    case 'bool':
      return typeof value === 'boolean';
    case 'uint64':
      return isInteger(value) && BigInt(value as number) >= 0n && BigInt(value as number) <= kUint64Max;
    case 'int64':
      return isInteger(value) && BigInt(value as number) >= -kInt64Max - 1n && BigInt(value as number) <= kInt64Max;
    default:
      return typeof value === 'string';
  }
}

function isInteger(value: Json): boolean {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));
}

/** Checks an answer against the description: members that are missing, unknown or of another type. */
export function checkAnswer(api: Api, action: Action, answer: Doc, words: Words): Findings {
  const findings: Findings = new Map();
  compare(api, action, '', action.output, answer, words, findings);
  return findings;
}

function compare(api: Api, action: Action, prefix: string, fields: Field[], doc: Doc, words: Words, out: Findings): void {
  for (const field of fields) {
    const value = doc[field.name];
    const path = prefix + field.name;
    if (out.size >= kFindingsMax) return;
    if (value === undefined) out.set(path, words.missing);
    else if (value === null) {
      if (!field.nullable) out.set(path, words.nullRefused);
    } else if (field.type === 'array') {
      if (!Array.isArray(value)) out.set(path, words.wrongType('array'));
      else if (elementType(field) === 'object' && value[0] && typeof value[0] === 'object' && !Array.isArray(value[0])) {
        // One row speaks for all: the server writes them with the same code.
        compare(api, action, `${path}.0.`, api.members(action, field), value[0], words, out);
      }
    } else if (field.type === 'object') {
      if (typeof value !== 'object' || Array.isArray(value)) out.set(path, words.wrongType('object'));
      else compare(api, action, `${path}.`, api.members(action, field), value, words, out);
    } else if (!hasType(field, value)) out.set(path, words.wrongType(field.type));
  }
  for (const name of Object.keys(doc)) {
    if (prefix === '' && name === 'RequestId') continue;
    if (!fields.some((field) => field.name === name)) out.set(prefix + name, words.unknown);
  }
}

export function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit >= 0xd800 && unit < 0xdc00 && i + 1 < text.length) {
      bytes += 4;
      i += 1;
    } else bytes += 3;
  }
  return bytes;
}
