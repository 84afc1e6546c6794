import { kSecretName } from '../../api/call';
import type { Language } from '../../words/words';
import { short, type Field } from './description';

/** How a member is edited; the description's type, limits and words decide. */
export type Kind =
  | 'string'
  | 'text'
  | 'uint64'
  | 'int64'
  | 'bool'
  | 'choice'
  | 'choices'
  | 'date'
  | 'datetime'
  | 'mailbox'
  | 'chips'
  | 'lines'
  | 'base64'
  | 'json'
  | 'object'
  | 'objects'
  | 'password';

/** Lists up to this length are edited entry by entry; longer ones in one text area, a line each. */
const kChipsMax = 100;

export function kindOf(field: Field): Kind {
  if (field.type === 'object') return 'object';
  if (field.type === 'array') {
    if (isStructure(field)) return 'objects';
    if (field.one_of) return 'choices';
    return (field.max_items ?? Infinity) <= kChipsMax ? 'chips' : 'lines';
  }
  if (field.type === 'bool') return 'bool';
  if (field.one_of) return 'choice';
  if (field.type === 'uint64' || field.type === 'int64') return field.type;
  if (field.type === 'date' || field.type === 'datetime') return field.type;
  if (field.pattern === 'datetime') return 'datetime';
  if (/PassWord$/i.test(field.name)) return 'password';
  if (/\bbase64\b/.test(field.en)) return 'base64';
  if (/JSON object/.test(field.en)) return 'json';
  if (field.name === 'FromEmailAddress') return 'mailbox';
  if (field.name === 'Mail' || field.name === 'Reply') return 'text';
  return 'string';
}

function isStructure(field: Field): boolean {
  return field.of !== undefined && !['string', 'uint64', 'int64', 'bool', 'date', 'datetime'].includes(field.of);
}

/** Members whose value never goes into history, links or samples. */
export function isSecret(field: Field): boolean {
  return kSecretName.test(field.name) && field.type === 'string';
}

/** A number that the API takes as text: the classic type error of client authors. */
export function isNumericText(field: Field): boolean {
  if (field.type !== 'string') return false;
  if (field.pattern === 'digits') return true;
  return (field.one_of?.length ?? 0) > 0 && field.one_of!.every((value) => /^\d+$/.test(String(value)));
}

/** What a member refers to, so that existing ones can be offered. */
export type Reference = 'template' | 'group' | 'sender' | 'domain' | 'task';

export function referenceOf(field: Field): Reference | undefined {
  if (field.name === 'TemplateID' || field.name === 'TemplateId') return 'template';
  if (field.name === 'ReceiverId') return 'group';
  if (field.name === 'TaskId' || field.name === 'TaskID') return 'task';
  if (field.name === 'FromEmailAddress') return 'sender';
  if (field.name === 'EmailIdentity' || field.name === 'SenderDomain') return 'domain';
  return undefined;
}

/**
 * The words for one value of a choice. The description lists them in its text: "`0` none, `1` English" or "0 off, 1 on".
 */
export function choiceLabel(field: Field, value: string | number, language: Language): string | undefined {
  const text = field[short(language)];
  const escaped = String(value).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const found =
    new RegExp(`\`${escaped}\`[ （(:：]?([^,.;，。；、\`]+)`).exec(text) ??
    (/^\d+$/.test(escaped) ? new RegExp(`(?:^|[ :：，、；为])${escaped} ?([^\\d,.;，。；、]+)`).exec(text) : null);
  const label = found?.[1]?.replace(/^(?:为|表示)/, '').trim();
  return label ? label : undefined;
}

/** "needed for TaskType 2": the member and the value that call for this one. */
export function conditionOf(field: Field): { name: string; value: string } | undefined {
  const found = /needed for (\w+) (\w+)/.exec(field.en);
  return found ? { name: found[1]!, value: found[2]! } : undefined;
}
