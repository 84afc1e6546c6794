import { useId, type ReactNode } from 'react';

import type { Json } from '../../api/json';
import { explorerWords } from '../../words/explorer';
import { useLanguage, useWords } from '../../words/words';
import { BytesEditor } from './BytesEditor';
import type { Findings } from './check';
import { conditionOf, isNumericText, kindOf, type Kind } from './kinds';
import { short, type Action, type Api, type Field } from './description';
import { ChipsEditor, ChoicesEditor, LinesEditor } from './ListEditors';
import { NamesEditor } from './NamesEditor';
import { ObjectEditor, RowsEditor } from './ObjectEditor';
import { Prose } from './Prose';
import { BoolEditor, ChoiceEditor, DateTimeEditor, IntegerEditor, TextEditor } from './PlainEditors';

export interface EditorProps {
  api: Api;
  action: Action;
  field: Field;
  path: string;
  value: Json;
  findings: Findings;
  onChange: (value: Json | undefined) => void;
  /** Binds the control to its label and texts. */
  control: { id: string; 'aria-describedby': string; 'aria-invalid': boolean | undefined };
}

interface Props {
  api: Api;
  action: Action;
  field: Field;
  path: string;
  /** undefined: the member is not sent. null: it is sent as null. */
  value: Json | undefined;
  findings: Findings;
  onChange: (value: Json | undefined) => void;
}

/** One member: its label, type, state, editor, description and what is wrong with it. */
export function Member(props: Props) {
  const { field, path, value, findings, onChange } = props;
  const words = useWords(explorerWords);
  const language = useLanguage();
  const id = useId();
  const kind = kindOf(field);
  const group = kind === 'object' || kind === 'objects' || kind === 'choices' || kind === 'bool' || kind === 'json';
  const condition = conditionOf(field);
  const sent = value !== undefined;
  const error = sent || field.required ? findings.get(path) : undefined;
  const control = { id, 'aria-describedby': `${id}-text`, 'aria-invalid': error ? true : undefined };

  const label = (
    <>
      <span className="mono-free">{path}</span>
      {field.required && (
        <span className="field-required" title={words.required}>
          *<span className="visually-hidden">{words.required}</span>
        </span>
      )}
    </>
  );

  return (
    <div className={sent ? 'field member' : 'field member member-absent'} role={group ? 'group' : undefined} aria-labelledby={group ? `${id}-label` : undefined}>
      <div className="field-head">
        {group ? (
          <span className="field-label" id={`${id}-label`}>
            {label}
          </span>
        ) : (
          <label htmlFor={id}>{label}</label>
        )}
        <span className="member-marks">
          {isNumericText(field) && (
            <span className="field-kind field-kind-strong" title={words.sentAsTextWhy}>
              {words.sentAsText}
            </span>
          )}
          <span className="field-kind">{kindText(field, kind, words)}</span>
          {!field.required && (
            <SentSwitch
              name={path}
              state={value === undefined ? 'absent' : value === null ? 'null' : 'present'}
              onChange={(state) => onChange(state === 'absent' ? undefined : state === 'null' ? null : emptyValue(field, kind))}
            />
          )}
        </span>
      </div>
      {value === null ? (
        <p className="small grey">{words.sentAsNull}</p>
      ) : (
        renderEditor({ ...props, value: value ?? emptyValue(field, kind), kind, control, absent: !sent })
      )}
      <p id={`${id}-text`} className="field-hint">
        {error && <span className="field-error">{error} </span>}
        {condition && <span>{words.neededFor(`${condition.name} ${condition.value}`)} </span>}
        <Prose text={field[short(language)]} />
      </p>
    </div>
  );
}

function renderEditor(props: EditorProps & { kind: Kind; absent: boolean }): ReactNode {
  switch (props.kind) {
    case 'object':
      return props.absent ? null : <ObjectEditor {...props} />;
    case 'objects':
      return props.absent ? null : <RowsEditor {...props} />;
    case 'choices':
      return <ChoicesEditor {...props} />;
    case 'chips':
      return <ChipsEditor {...props} />;
    case 'lines':
      return <LinesEditor {...props} />;
    case 'base64':
      return <BytesEditor {...props} />;
    case 'json':
      return <NamesEditor {...props} />;
    case 'bool':
      return <BoolEditor {...props} absent={props.absent} />;
    case 'choice':
      return <ChoiceEditor {...props} absent={props.absent} />;
    case 'uint64':
    case 'int64':
      return <IntegerEditor {...props} absent={props.absent} />;
    case 'datetime':
      return <DateTimeEditor {...props} />;
    default:
      return <TextEditor {...props} kind={props.kind} />;
  }
}

/** Three states of an optional member: an empty text is not an absent member, and neither is null. */
function SentSwitch(props: {
  name: string;
  state: 'absent' | 'present' | 'null';
  onChange: (state: 'absent' | 'present' | 'null') => void;
}) {
  const words = useWords(explorerWords);
  return (
    <select
      className="sent-switch"
      aria-label={words.sentLabel(props.name)}
      value={props.state}
      onChange={(event) => props.onChange(event.target.value as 'absent')}
    >
      <option value="absent">{words.notSent}</option>
      <option value="present">{words.isSent}</option>
      <option value="null">null</option>
    </select>
  );
}

/** What a member holds when it begins to be sent. */
export function emptyValue(field: Field, kind: Kind): Json {
  switch (kind) {
    case 'object':
      return {};
    case 'objects':
    case 'chips':
    case 'lines':
    case 'choices':
      return [];
    case 'bool':
      return false;
    case 'json':
      return '{}';
    case 'choice':
      return (field.one_of?.[0] ?? '') as Json;
    case 'uint64':
    case 'int64':
      return field.min ?? 0;
    default:
      return '';
  }
}

function kindText(field: Field, kind: Kind, words: { kinds: Record<string, string> }): string {
  if (kind === 'lines' || kind === 'chips' || kind === 'choices') return `${words.kinds.list} · ${field.of ?? 'string'}`;
  if (kind === 'objects') return `${words.kinds.list} · ${field.of}`;
  return words.kinds[kind] ?? field.type;
}
