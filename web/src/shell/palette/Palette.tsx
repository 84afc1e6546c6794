import './palette.css';

import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useNavigate } from 'react-router-dom';

import { useApi } from '../../pages/explorer/description';
import { ActionSearch } from '../../pages/explorer/search';
import { statusTexts } from '../../pages/explorer/statuses';
import { Dialog } from '../../parts';
import { paletteWords } from '../../words/palette';
import { shellWords } from '../../words/shell';
import { stateWords } from '../../words/states';
import { useLanguage, useWords } from '../../words/words';
import { pagesFor } from '../pages';
import { useConsole } from '../SessionContext';
import { cluesOf } from './clues';
import { pageActs } from './pageActs';

interface Item {
  group: 'clues' | 'states' | 'pages' | 'acts' | 'actions';
  key: string;
  name: string;
  note?: string;
  /** Why the entry cannot act now. */
  reason?: string;
  act: () => void;
}

const kGroupMax = 8;
/** Where mails, tasks and lists in a state are shown. */
const kStatePages: Readonly<Record<string, (number: string) => string>> = {
  DeliverStatus: (number) =>
    `/messages?state=${({ 0: 'waiting', 1: 'delivered', 2: 'dropped', 3: 'refused', 8: 'deferred' } as Record<string, string>)[number] ?? ''}`,
  SendStatus: (number) => (number === '0' ? '/messages' : '/messages?state=withheld'),
  TaskStatus: () => '/tasks',
  TemplateStatus: () => '/templates',
  ReceiversStatus: () => '/groups',
};

/** One field that leads everywhere: pages, what the page can do, actions of the API, and whatever is pasted. */
export function Palette({ onClose, onKeys }: { onClose: () => void; onKeys: () => void }) {
  const words = useWords(paletteWords);
  const shell = useWords(shellWords);
  const states = useWords(stateWords);
  const language = useLanguage();
  const navigate = useNavigate();
  const { session } = useConsole();
  const api = useApi().data;
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  // The dialogue stands beside the page, so the acts of the page do not change while it is open.
  const [acts] = useState(() => pageActs(document.getElementById('content')));
  const statuses = useMemo(() => statusTexts(states), [states]);
  const search = useMemo(() => api && new ActionSearch(api, statuses), [api, statuses]);

  const items = useMemo(() => {
    const query = text.trim().toLowerCase();
    const holds = (name: string) => name.toLowerCase().includes(query);
    const go = (path: string) => () => navigate(path);
    const found: Item[] = cluesOf(text, (code) => api?.meaning(code, language) !== undefined && api.isCode(code)).map((clue) => ({
      group: 'clues', key: clue.kind, name: words.clue[clue.kind](clue.text), note: clue.kind === 'code' ? api?.meaning(clue.text, language) : undefined,
      act: go(clue.path),
    }));
    for (const status of statuses.filter((each) => each.number === query)) {
      found.push({
        group: 'states', key: `${status.name}`, name: `${status.name} ${status.number}`, note: status.text,
        act: go(kStatePages[status.name]?.(status.number) ?? '/explorer'),
      });
    }
    for (const page of pagesFor(session).filter((each) => holds(shell.pages[each.name]) || each.name.includes(query)))
      found.push({ group: 'pages', key: page.name, name: shell.pages[page.name], note: `g ${page.letter}`, act: go(`/${page.name}`) });
    if (query !== '' && holds(shell.keys)) found.push({ group: 'pages', key: 'keys', name: shell.keys, note: '?', act: onKeys });
    for (const act of acts.filter((each) => holds(each.name)).slice(0, kGroupMax))
      found.push({ group: 'acts', key: act.name, name: act.name, reason: act.reason, note: act.reason, act: act.act });
    if (search && query !== '')
      for (const hit of search.find(text, language).slice(0, kGroupMax))
        found.push({ group: 'actions', key: hit.action.name, name: hit.action.name, note: hit.why ?? hit.action[language === 'en' ? 'en' : 'zh'], act: go(`/explorer/${hit.action.name}`) });
    return found;
  }, [text, api, language, statuses, search, acts, words, shell, session, navigate, onKeys]);

  const here = Math.min(at, items.length - 1);
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [here, items]);

  const choose = (item: Item | undefined) => {
    if (!item || item.reason) return;
    onClose();
    item.act();
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && items.length > 0) {
      event.preventDefault();
      setAt((here + step + items.length) % items.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(items[here]);
    }
  };

  return (
    <Dialog title={words.title} onClose={onClose}>
      <input
        className="input palette-input"
        role="combobox"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={items[here] ? `${id}-${here}` : undefined}
        aria-label={words.title}
        placeholder={words.hint}
        value={text}
        autoFocus
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKey}
      />
      <ul id={`${id}-list`} ref={list} role="listbox" aria-label={words.results} className="palette-list">
        {items.map((item, i) => (
          <li
            key={`${item.group} ${item.key}`}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === here}
            aria-disabled={Boolean(item.reason) || undefined}
            className={i === 0 || items[i - 1]!.group !== item.group ? 'palette-item palette-first' : 'palette-item'}
            data-group={words.groups[item.group]}
            onClick={() => choose(item)}
          >
            <span className="palette-name">{item.name}</span>
            {item.note && <span className="palette-note">{item.note}</span>}
          </li>
        ))}
      </ul>
      <p role="status" className="small grey">
        {items.length === 0 ? words.nothing(text.trim()) : words.count(items.length)}
      </p>
    </Dialog>
  );
}
