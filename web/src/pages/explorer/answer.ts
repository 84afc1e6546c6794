import { readJson, type Json } from '../../api/json';
import type { Action, Api, Field } from './description';

/** The answer of a call, taken apart. */
export interface Answer {
  /** The members of the envelope; undefined when the body is no answer of the API. */
  members: { [name: string]: Json } | undefined;
  error: { code: string; message: string } | undefined;
  requestId: string;
}

/** Larger bodies are shown but not taken apart whole. */
const kReadMax = 2 * 1024 * 1024;

export function readAnswer(body: string): Answer {
  const requestId = /"RequestId"\s*:\s*"([^"]*)"/.exec(body.length > kReadMax ? body.slice(-500) : body)?.[1] ?? '';
  const nothing: Answer = { members: undefined, error: undefined, requestId };
  if (body.length > kReadMax) return nothing;
  let value: Json;
  try {
    value = readJson(body);
  } catch {
    return nothing;
  }
  const envelope = asObject(asObject(value)?.Response);
  if (!envelope) return nothing;
  const error = asObject(envelope.Error);
  return {
    members: envelope,
    error: error ? { code: String(error.Code), message: String(error.Message) } : undefined,
    requestId,
  };
}

function asObject(value: Json | undefined): { [name: string]: Json } | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
}

/** The first list of objects in an answer, for the table. */
export function firstList(members: { [name: string]: Json }): { name: string; rows: { [name: string]: Json }[] } | undefined {
  for (const [name, value] of Object.entries(members)) {
    if (Array.isArray(value) && value.length > 0 && asObject(value[0])) {
      return { name, rows: value.map(asObject).filter((row) => row !== undefined) };
    }
  }
  return undefined;
}

/** A value of the answer and an action that takes a member of the same name. */
export interface Use {
  member: string;
  value: Json;
  action: Action;
}

const kUsesMax = 6;
// These names occur everywhere and mean something else each time.
const kNoUse = new Set(['status', 'name', 'type', 'reason', 'limit', 'offset', 'requestid', 'text', 'html']);

/** Members that hold the same kind of value under other names. */
const kSameValue: Readonly<Record<string, readonly string[]>> = {
  emailaddress: ['fromemailaddress', 'destination'],
  toemailaddress: ['emailaddress', 'email', 'destination', 'emails', 'emailaddresslist'],
  email: ['toemailaddress', 'emailaddress', 'emails', 'emailaddresslist'],
  identityname: ['emailidentity', 'domain'],
};

/** Actions that take this value, in a member of the same name or kind; lists take it as their one item. */
export function usesOfValue(api: Api, name: string, value: Json, from: Action): Use[] {
  const lower = name.toLowerCase();
  if (value === null || typeof value === 'object' || typeof value === 'boolean' || value === '' || kNoUse.has(lower)) return [];
  const names = [lower, ...(kSameValue[lower] ?? [])];
  const uses: Use[] = [];
  for (const wanted of names) {
    for (const action of api.actions) {
      if (action.name === from.name || uses.length >= kUsesMax || uses.some((use) => use.action === action)) continue;
      const field = action.input.find((input) => input.name.toLowerCase() === wanted);
      if (field && fits(field, value)) uses.push({ member: field.name, value, action });
      else if (field?.type === 'array' && field.of === 'string' && typeof value === 'string')
        uses.push({ member: field.name, value: [value], action });
    }
  }
  return uses;
}

/** Where ids of the answer can be used next. */
export function usesOf(api: Api, members: { [name: string]: Json }, from: Action): Use[] {
  const uses: Use[] = [];
  const row = firstList(members)?.rows[0] ?? {};
  for (const [name, value] of [...Object.entries(members), ...Object.entries(row)]) {
    if (value === null || typeof value === 'object' || typeof value === 'boolean' || value === '') continue;
    if (kNoUse.has(name.toLowerCase())) continue;
    for (const action of api.actions) {
      if (action.name === from.name || uses.length >= kUsesMax) continue;
      const field = action.input.find((input) => input.name.toLowerCase() === name.toLowerCase());
      if (field && fits(field, value) && !uses.some((use) => use.action === action)) {
        uses.push({ member: field.name, value, action });
      }
    }
  }
  return uses;
}

function fits(field: Field, value: Json): boolean {
  const isText = typeof value === 'string';
  return field.type === 'string' ? isText : (field.type === 'uint64' || field.type === 'int64') && !isText;
}
