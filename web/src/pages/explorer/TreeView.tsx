import { useState } from 'react';

import type { Json } from '../../api/json';
import { CopyButton } from '../../parts';
import { explorerWords } from '../../words/explorer';
import { useWords } from '../../words/words';
import { usesOfValue, type Use } from './answer';
import type { Action, Api } from './description';
import { UseButtons } from './UseButtons';

interface TreeProps {
  api: Api;
  action: Action;
  notes: (name: string, value: string) => string | undefined;
}

/** Lists longer than this show a part at a time. */
const kStep = 100;
const kTextMax = 300;

/** An answer as a tree: each level opens by itself, each value can be copied or taken into another action. */
export function TreeView({ value, ...rest }: TreeProps & { value: { [name: string]: Json } }) {
  return (
    <div className="tree">
      <Members entries={Object.entries(value)} path="" {...rest} />
    </div>
  );
}

function Members({ entries, path, ...rest }: TreeProps & { entries: [string, Json][]; path: string }) {
  const words = useWords(explorerWords);
  const [count, setCount] = useState(kStep);
  return (
    <ul>
      {entries.slice(0, count).map(([name, value]) => (
        <Node key={name} name={name} value={value} path={path === '' ? name : `${path}.${name}`} {...rest} />
      ))}
      {entries.length > count && (
        <li>
          <button type="button" className="button button-small" onClick={() => setCount(count + kStep)}>
            {words.moreItems(entries.length - count)}
          </button>
        </li>
      )}
    </ul>
  );
}

function Node({ name, value, path, ...rest }: TreeProps & { name: string; value: Json; path: string }) {
  const words = useWords(explorerWords);
  // Only what a person opens is built: an answer may have a hundred thousand members.
  const [open, setOpen] = useState(!path.includes('.'));
  if (value !== null && typeof value === 'object') {
    const entries: [string, Json][] = Array.isArray(value) ? value.map((item, i) => [String(i), item]) : Object.entries(value);
    return (
      <li>
        <button type="button" className="tree-fold" aria-expanded={open} onClick={() => setOpen(!open)}>
          <span aria-hidden="true">{open ? '▾' : '▸'}</span>
          <span className="json-name">{name}</span>
          <span className="grey">{Array.isArray(value) ? words.treeList(entries.length) : words.treeObject(entries.length)}</span>
        </button>
        {open && <Members entries={entries} path={path} {...rest} />}
      </li>
    );
  }
  return <Leaf name={name} value={value} path={path} {...rest} />;
}

function Leaf({ api, action, notes, name, value, path }: TreeProps & { name: string; value: Json; path: string }) {
  const words = useWords(explorerWords);
  const [uses, setUses] = useState<Use[]>();
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  const plain = typeof value === 'string' ? value : text;
  const note = notes(name, plain);
  return (
    <li className="tree-leaf">
      <span className="json-name">{name}</span>
      <span className={typeof value === 'string' ? 'json-string' : 'json-number'}>
        {text.length > kTextMax ? `${text.slice(0, kTextMax)}…` : text}
      </span>
      {note && <span className="json-note">{note}</span>}
      <CopyButton text={plain} name={path} />
      {!uses && value !== null && value !== '' && (
        <button
          type="button"
          className="button button-text button-small tree-use"
          aria-label={words.useValueOf(path)}
          onClick={() => setUses(usesOfValue(api, name, value, action))}
        >
          {words.useIn} …
        </button>
      )}
      {uses && (uses.length === 0 ? <span className="small grey">{words.noUse}</span> : <UseButtons uses={uses} />)}
    </li>
  );
}
