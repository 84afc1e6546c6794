import { ChevronLeft, ChevronRight, Menu } from 'lucide-react';
import { useEffect, useState } from 'react';
import { NavLink, useLocation } from 'react-router-dom';

import { Drawer } from '../parts';
import { shellWords } from '../words/shell';
import { useWords } from '../words/words';
import { pagesFor, type GroupName, type ShownPage } from './pages';
import { useConsole } from './SessionContext';
import { inBrowser } from '../api/kept';

const kGroups: GroupName[] = ['watch', 'send', 'protect', 'setUp', 'build'];
const kFoldedKey = 'sesame.folded';
/** The bottom bar of a narrow screen has five entries: four pages and "more". */
const kBarPages = 4;

export function Navigation() {
  const words = useWords(shellWords);
  const location = useLocation();
  const { session } = useConsole();
  const all = pagesFor(session);
  // The Explorer needs the width itself; elsewhere the person decides.
  const [kept, setKept] = useState(() => inBrowser.read(kFoldedKey) === '1');
  const [unfolded, setUnfolded] = useState(false);
  const [more, setMore] = useState(false);
  const narrow = location.pathname.startsWith('/explorer');
  const folded = narrow ? !unfolded : kept;

  useEffect(() => {
    document.documentElement.toggleAttribute('data-folded', folded);
    return () => document.documentElement.removeAttribute('data-folded');
  }, [folded]);
  useEffect(() => setMore(false), [location.pathname]);

  const fold = () => {
    if (narrow) return setUnfolded(!unfolded);
    inBrowser.keep(kFoldedKey, folded ? '0' : '1');
    setKept(!folded);
  };

  return (
    <>
      <nav className="navigation" aria-label={words.navigation}>
        {kGroups.map((group) => {
          const pages = all.filter((page) => page.group === group);
          if (pages.length === 0) return null;
          return (
            <div key={group} className="navigation-group">
              <h2 className={folded ? 'visually-hidden' : 'navigation-title'}>{words.groups[group]}</h2>
              <ul>
                {pages.map((page) => (
                  <li key={page.name}>
                    <Entry page={page} folded={folded} />
                  </li>
                ))}
              </ul>
            </div>
          );
        })}
        <button type="button" className="navigation-fold" onClick={fold} title={folded ? words.unfold : undefined}>
          {folded ? <ChevronRight size={16} aria-hidden /> : <ChevronLeft size={16} aria-hidden />}
          <span className={folded ? 'visually-hidden' : ''}>{folded ? words.unfold : words.fold}</span>
        </button>
      </nav>
      <nav className="bottom-bar" aria-label={words.navigation}>
        {all.slice(0, kBarPages).map((page) => (
          <Entry key={page.name} page={page} folded={false} />
        ))}
        <button type="button" className="navigation-link" onClick={() => setMore(true)}>
          <Menu size={18} aria-hidden />
          <span>{words.more}</span>
        </button>
      </nav>
      {more && (
        <Drawer title={words.navigation} onClose={() => setMore(false)}>
          <ul>
            {all.map((page) => (
              <li key={page.name}>
                <Entry page={page} folded={false} />
              </li>
            ))}
          </ul>
        </Drawer>
      )}
    </>
  );
}

function Entry({ page, folded }: { page: ShownPage; folded: boolean }) {
  const words = useWords(shellWords);
  const Icon = page.icon;
  const title = words.pages[page.name];
  return (
    <NavLink
      to={`/${page.name}`}
      className={({ isActive }) => (isActive ? 'navigation-link navigation-here' : 'navigation-link')}
      aria-label={folded ? title : undefined}
      title={folded ? title : undefined}
      onPointerEnter={page.prefetch}
    >
      <Icon size={18} aria-hidden />
      {!folded && <span>{title}</span>}
    </NavLink>
  );
}
