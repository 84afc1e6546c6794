import { writeJson, type Json } from '../../api/json';
import type { Doc } from './check';
import type { Action, Api } from './description';
import type { ExplorerCall } from './send';

/** Faults that a person may build into a call on purpose, to see the true error. */
export const kBreaks = [
  'expired_timestamp',
  'wrong_secret',
  'unknown_key',
  'extra_field',
  'wrong_type',
  'missing_field',
  'wrong_region',
  'unserved_action',
  'over_the_rate',
  'too_large',
] as const;

export type BreakName = (typeof kBreaks)[number];

/** The server builds these in, because they concern signature, pace or size; the others are in the call itself. */
const kServerBreaks: ReadonlySet<string> = new Set([
  'expired_timestamp',
  'wrong_secret',
  'unknown_key',
  'over_the_rate',
  'too_large',
]);

/** Regions of the cloud; one of them is not served here, which is another error than a misspelled name. */
const kRegions = ['eu-moscow', 'ap-mumbai', 'na-toronto'];

/** The call with the fault in it. */
export function broken(call: ExplorerCall, fault: BreakName | '', api: Api, action: Action, doc: Doc): ExplorerCall {
  if (fault === '') return call;
  if (kServerBreaks.has(fault)) return { ...call, break: fault };
  switch (fault) {
    case 'extra_field':
      return { ...call, body: writeJson({ ...doc, NoSuchMember: 1 }) };
    case 'wrong_type':
      return { ...call, body: writeJson(withWrongType(action, doc)) };
    case 'missing_field':
      return { ...call, body: writeJson(withoutRequired(action, doc)) };
    case 'wrong_region':
      return { ...call, region: kRegions.find((region) => !api.regions.includes(region)) ?? 'xx-nowhere' };
    default:
      return { ...call, action: `${call.action}NotServed` };
  }
}

function withWrongType(action: Action, doc: Doc): Doc {
  const field = action.input.find((each) => each.name in doc) ?? action.input[0];
  if (!field) return { NoSuchMember: 'text' };
  const wrong: Json = field.type === 'string' || field.type === 'date' || field.type === 'datetime' ? 12345 : 'a text';
  return { ...doc, [field.name]: wrong };
}

function withoutRequired(action: Action, doc: Doc): Doc {
  const name = action.input.find((field) => field.required)?.name;
  return Object.fromEntries(Object.entries(doc).filter(([each]) => each !== name));
}
