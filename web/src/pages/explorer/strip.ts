import type { Json } from '../../api/json';
import type { Doc } from './check';
import type { Action, Api, Field } from './description';
import { isSecret, kindOf } from './kinds';

/**
 * A copy of the parameters without secrets, and with `files` false also without the contents of files. `left` names the
 * members that were left out.
 */
export function stripped(api: Api, action: Action, doc: Doc, files: boolean): { doc: Doc; left: string[] } {
  const left: string[] = [];
  const walk = (prefix: string, fields: Field[], from: Doc): Doc => {
    const to: Doc = {};
    for (const [name, value] of Object.entries(from)) {
      const field = fields.find((known) => known.name === name);
      const path = prefix + name;
      if (field && (isSecret(field) || (!files && kindOf(field) === 'base64'))) left.push(path);
      else to[name] = field ? inside(path, field, value) : value;
    }
    return to;
  };
  const inside = (path: string, field: Field, value: Json): Json => {
    const fields = api.members(action, field);
    if (fields.length === 0 || value === null || typeof value !== 'object') return value;
    if (!Array.isArray(value)) return walk(`${path}.`, fields, value);
    return value.map((item, i) =>
      item !== null && typeof item === 'object' && !Array.isArray(item) ? walk(`${path}.${i}.`, fields, item) : item,
    );
  };
  return { doc: walk('', action.input, doc), left };
}
