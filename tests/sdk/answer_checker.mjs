// Checks an answer against the description of its action: exactly the described fields, with exactly the described JSON
// types. Knows nothing of the program but the files in api/.
import { readFileSync } from "node:fs";

const read = (name) => JSON.parse(readFileSync(new URL(`../../api/${name}`, import.meta.url)));
export const documents = [read("ses-2020-10-02.json"), read("sesame-2026-12-01.json")];

const TYPES = {
  string: (value) => typeof value === "string",
  date: (value) => typeof value === "string",
  datetime: (value) => typeof value === "string",
  bool: (value) => typeof value === "boolean",
  uint64: (value) => typeof value === "bigint" ? value >= 0n : Number.isInteger(value) && value >= 0,
  int64: (value) => typeof value === "bigint" || Number.isInteger(value),
  array: Array.isArray,
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
};
const DATETIME = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)$/;

const shown = (value) => JSON.stringify(value, (_, each) => (typeof each === "bigint" ? `${each}n` : each)).slice(0, 80);

export function describe(action) {
  for (const document of documents) {
    if (document.actions[action]) return { document, ...document.actions[action] };
  }
  return undefined;
}

function structure(document, name) {
  return [document, ...documents].map((each) => each.structures[name]).find(Boolean).fields;
}

function* fieldFaults(document, field, value, path) {
  if (value === null) {
    if (!field.nullable) yield `${path} is null`;
    return;
  }
  if (!TYPES[field.type](value)) {
    yield `${path} is ${shown(value)}, not ${field.type}`;
    return;
  }
  if (field.one_of && !field.one_of.includes(value)) yield `${path} is ${shown(value)}, not one of ${field.one_of}`;
  if ((field.pattern === "datetime" || field.type === "datetime") && value !== "" && !DATETIME.test(value)) {
    yield `${path} is ${shown(value)}, not YYYY-MM-DD HH:MM:SS`;
  }
  if (field.type === "object") yield* faults(document, structure(document, field.of), value, path);
  if (field.type !== "array") return;
  for (const [i, item] of value.entries()) {
    if (!TYPES[field.of]) yield* faults(document, structure(document, field.of), item, `${path}.${i}`);
    else if (!TYPES[field.of](item)) yield `${path}.${i} is ${shown(item)}, not ${field.of}`;
  }
}

function* faults(document, fields, value, path) {
  if (!TYPES.object(value)) {
    yield `${path} is ${shown(value)}, not an object`;
    return;
  }
  for (const name of Object.keys(value)) {
    if (!fields.some((field) => field.name === name)) yield `${path}.${name} is not described`;
  }
  for (const field of fields) {
    if (!(field.name in value)) yield `${path}.${field.name} is missing`;
    else yield* fieldFaults(document, field, value[field.name], `${path}.${field.name}`);
  }
}

// What is wrong with the answer (without its envelope, with RequestId), as a list of sentences.
export function answerFaults(action, answer) {
  const { document, output } = describe(action);
  const { RequestId, ...fields } = answer;
  const found = [...faults(document, output, fields, action)];
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(RequestId)) found.push(`${action}.RequestId is ${shown(RequestId)}`);
  return found;
}

// Where the answer differs from what must come back, as a list of sentences. `expected` is a part of it: an object names the
// fields that matter, an array all items, a regular expression a text, a function says whether the value will do.
export function differences(expected, value, path) {
  const differs = (what) => [`${path} is ${shown(value)}, not ${what}`];
  if (typeof expected === "function") return expected(value) ? [] : differs(`as it should be (${expected})`);
  if (expected instanceof RegExp) return typeof value === "string" && expected.test(value) ? [] : differs(expected);
  if (Array.isArray(expected)) {
    if (!Array.isArray(value) || value.length !== expected.length) return differs(`${expected.length} items`);
    return expected.flatMap((item, i) => differences(item, value[i], `${path}.${i}`));
  }
  if (TYPES.object(expected) && TYPES.object(value)) {
    return Object.entries(expected).flatMap(([name, item]) => differences(item, value[name], `${path}.${name}`));
  }
  return Object.is(expected, value) ? [] : differs(shown(expected));
}
