import { ChevronDown, ChevronRight } from 'lucide-react';
import { useState } from 'react';

import type { Json } from '../../api/json';
import { writeJson } from '../../api/json';
import { Empty } from '../../parts';
import { explorerWords } from '../../words/explorer';
import { useWords } from '../../words/words';
import type { Doc, Findings } from './check';
import type { Action, Api, Field } from './description';
import { conditionOf } from './kinds';
import { Member } from './Member';

interface Props {
  api: Api;
  action: Action;
  doc: Doc;
  findings: Findings;
  requiredOnly: boolean;
  onChange: (doc: Doc) => void;
}

/** The parameters of an action as fields, made from its description. */
export function Form({ api, action, doc, findings, requiredOnly, onChange }: Props) {
  const words = useWords(explorerWords);
  const [open, setOpen] = useState(false);
  const extra = Object.keys(doc).filter((name) => !action.input.some((field) => field.name === name));

  const isShown = (field: Field) => {
    if (field.required || field.name in doc) return true;
    const condition = conditionOf(field);
    return condition !== undefined && String(doc[condition.name]) === condition.value;
  };
  const shown = action.input.filter((field) => isShown(field) && (!requiredOnly || field.required || field.name in doc));
  const hidden = requiredOnly ? [] : action.input.filter((field) => !isShown(field));
  const set = (name: string, value: Json | undefined) => {
    const next = { ...doc };
    if (value === undefined) delete next[name];
    else next[name] = value;
    onChange(next);
  };

  if (action.input.length === 0 && extra.length === 0) {
    return <Empty title={words.noParameters}>{words.noParametersText}</Empty>;
  }
  return (
    <div className="members">
      {shown.map((field) => (
        <Member
          key={field.name}
          api={api}
          action={action}
          field={field}
          path={field.name}
          value={doc[field.name]}
          findings={findings}
          onChange={(value) => set(field.name, value)}
        />
      ))}
      {extra.map((name) => (
        <div key={name} className="field">
          <div className="field-head">
            <span className="field-label mono">{name}</span>
            <span className="field-kind">{words.extraMember}</span>
          </div>
          <div className="extra-value">
            <code>{writeJson(doc[name]).slice(0, 200)}</code>
            <button type="button" className="button button-small" onClick={() => set(name, undefined)}>
              {words.remove}
            </button>
          </div>
        </div>
      ))}
      {hidden.length > 0 && (
        <div className="optional-members">
          <button type="button" className="optional-toggle" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? <ChevronDown size={16} aria-hidden /> : <ChevronRight size={16} aria-hidden />}
            <span>{words.optional(hidden.length)}</span>
            {!open && <span className="grey small">{hidden.map((field) => field.name).join(', ')}</span>}
          </button>
          {open &&
            hidden.map((field) => (
              <Member
                key={field.name}
                api={api}
                action={action}
                field={field}
                path={field.name}
                value={undefined}
                findings={findings}
                onChange={(value) => set(field.name, value)}
              />
            ))}
        </div>
      )}
    </div>
  );
}
