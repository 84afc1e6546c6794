import { kSes } from '../../../api/actions';
import { writeJson, type Json } from '../../../api/json';
import type { Doc } from '../check';
import type { Action, Api, Field } from '../description';

/** Typed: request objects and their members. JSON: the parameters as one text. */
export type Flavour = 'typed' | 'json';

export interface SampleInput {
  api: Api;
  action: Action;
  params: Doc;
  region: string;
  /** The address of the API, such as "http://127.0.0.1:8080". */
  base: string;
  /** "en-US" or "zh-CN": the language of the answers. */
  language: string;
  flavour: Flavour;
}

export type NoteKey =
  | 'timestamp'
  | 'keyInProcessList'
  | 'regionRequired'
  | 'noOwnInTccli'
  | 'proxy'
  | 'nodeProtocol'
  | 'nodeBig'
  | 'goPointers'
  | 'javaVersions'
  | 'cppDot'
  | 'phpGuzzle'
  | 'csharpLanguage'
  | 'rubyPort'
  | 'rubyNoCommon'
  | 'file'
  | 'genericClient';

export interface Sample {
  /** The command that installs what the code needs. */
  install: string;
  code: string;
  notes: NoteKey[];
  /** The parameters apart, when they are too large to stand in code. */
  file?: { name: string; text: string };
  /** The code cannot be written for this action; the notes say why. */
  impossible?: boolean;
}

export interface SampleLanguage {
  key: string;
  title: string;
  flavours: Flavour[];
  /** Whether the tests of this project run the samples of this language. */
  runs: boolean;
  write: (input: SampleInput) => Sample;
}

const kItemsMax = 20;
const kBytesMax = 2048;

/** Parameters with more than 20 items in a list or more than 2 KiB of text are read from a file. */
export function fileOf(input: SampleInput): Sample['file'] {
  const large = (value: Json): boolean => {
    if (typeof value === 'string') return value.length > kBytesMax;
    if (Array.isArray(value)) return value.length > kItemsMax || value.some(large);
    return value !== null && typeof value === 'object' && Object.values(value).some(large);
  };
  if (!large(input.params)) return undefined;
  return { name: `${input.action.name}.json`, text: writeJson(input.params, 2) };
}

export function isSes(input: SampleInput): boolean {
  return input.action.version === kSes;
}

export interface Address {
  /** "http" or "https". */
  scheme: string;
  /** With the port, where it is not the scheme's own. */
  host: string;
  hostname: string;
  port: string;
}

export function addressOf(base: string): Address {
  const url = new URL(base);
  return { scheme: url.protocol.replace(':', ''), host: url.host, hostname: url.hostname, port: url.port };
}

/** The members of a structure, for typed samples. */
export function membersOf(input: SampleInput, field: Field): Field[] {
  return input.api.members(input.action, field);
}

/** Whether an integer is beyond 2^53 somewhere in the parameters. */
export function hasBigNumber(value: Json): boolean {
  if (typeof value === 'bigint') return true;
  if (Array.isArray(value)) return value.some(hasBigNumber);
  return value !== null && typeof value === 'object' && Object.values(value).some(hasBigNumber);
}

/** A text in double quotes as C, Go, Java, C# and JavaScript write it. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

export function indented(text: string, by: number): string {
  return text.replace(/\n/g, `\n${' '.repeat(by)}`);
}
