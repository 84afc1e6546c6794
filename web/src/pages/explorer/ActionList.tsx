import { Search, Star, Stethoscope } from 'lucide-react';
import { Fragment, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { NavLink, useLocation, useNavigate } from 'react-router-dom';

import { explorerWords } from '../../words/explorer';
import { stateWords } from '../../words/states';
import { useLanguage, useWords } from '../../words/words';
import { kActionGroups, groupOf, type Action, type Api } from './description';
import { ActionSearch, type Hit } from './search';
import { statusTexts } from './statuses';
import { inBrowser } from '../../api/kept';

const kStarsKey = 'sesame.explorer-stars';

function keptStars(): string[] {
  try {
    const kept = JSON.parse(inBrowser.read(kStarsKey) ?? '[]') as unknown;
    return Array.isArray(kept) ? kept.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}

/** All actions by group, with a search over names, words, members, error codes and status numbers. */
export function ActionList({ api }: { api: Api }) {
  const words = useWords(explorerWords);
  const states = useWords(stateWords);
  const language = useLanguage();
  const navigate = useNavigate();
  const [query, setQuery] = useState('');
  const [stars, setStars] = useState(keptStars);
  const search = useMemo(() => new ActionSearch(api, statusTexts(states)), [api, states]);
  const hits = useMemo(() => search.find(query, language), [search, query, language]);

  const list = useRef<HTMLElement>(null);
  const location = useLocation();
  useEffect(() => {
    list.current?.querySelector('[aria-current=page]')?.scrollIntoView({ block: 'nearest' });
  }, [location.pathname, query]);

  const toggleStar = (name: string) => {
    const next = stars.includes(name) ? stars.filter((kept) => kept !== name) : [...stars, name];
    inBrowser.keep(kStarsKey, JSON.stringify(next));
    setStars(next);
  };

  const onKey = (event: KeyboardEvent) => {
    const first = hits[0];
    if (event.key === 'Enter' && first) {
      navigate(`/explorer/${first.action.name}`);
      setQuery('');
    }
    if (event.key === 'Escape') setQuery('');
  };

  const entry = (action: Action, hit?: Hit) => (
    <li key={action.name} className="action-entry">
      <NavLink to={`/explorer/${action.name}`} className={({ isActive }) => (isActive ? 'action-link here' : 'action-link')}>
        <ActionName name={action.name} />
        {hit?.why && <span className="action-why">{hit.why}</span>}
      </NavLink>
      <button
        type="button"
        className={stars.includes(action.name) ? 'action-star starred' : 'action-star'}
        aria-pressed={stars.includes(action.name)}
        aria-label={words.star(action.name)}
        onClick={() => toggleStar(action.name)}
      >
        <Star size={14} aria-hidden />
      </button>
    </li>
  );

  return (
    <nav ref={list} className="action-list" aria-label={words.actions}>
      <div className="action-search">
        <Search size={16} aria-hidden />
        <input
          type="search"
          value={query}
          aria-label={words.searchLabel}
          placeholder={words.search(api.actions.length)}
          data-page-search
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={onKey}
        />
      </div>
      <p className="visually-hidden" role="status">
        {query ? words.found(hits.length) : ''}
      </p>
      <div className="action-scroll">
      {query ? (
        <ul>
          {hits.map((hit) => entry(hit.action, hit))}
          {hits.length === 0 && <li className="grey small action-none">{words.nothingFound(query)}</li>}
        </ul>
      ) : (
        <>
          {stars.length > 0 && (
            <section>
              <h2>{words.starred}</h2>
              <ul>{api.actions.filter((action) => stars.includes(action.name)).map((action) => entry(action))}</ul>
            </section>
          )}
          {kActionGroups.map((group) => {
            const actions = api.actions.filter((action) => groupOf(action.name) === group);
            if (actions.length === 0) return null;
            return (
              <section key={group}>
                <h2>{words.groups[group]}</h2>
                <ul>{actions.map((action) => entry(action))}</ul>
              </section>
            );
          })}
        </>
      )}
      </div>
      <NavLink to="/explorer/doctor" className={({ isActive }) => (isActive ? 'action-link here doctor-link' : 'action-link doctor-link')}>
        <Stethoscope size={16} aria-hidden />
        <span>{words.doctor}</span>
      </NavLink>
    </nav>
  );
}

/** A name that may break between its words. */
function ActionName({ name }: { name: string }) {
  return (
    <span>
      {name.split(/(?<=[a-z])(?=[A-Z])/).map((word, i) => (
        <Fragment key={i}>
          {i > 0 && <wbr />}
          {word}
        </Fragment>
      ))}
    </span>
  );
}
