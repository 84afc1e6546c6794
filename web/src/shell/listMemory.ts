import { inTab } from '../api/kept';

/** The list that a detail page was opened from: its address, its rows in order, and how far it was scrolled. */
interface RememberedList {
  path: string;
  hrefs: string[];
  scroll: number;
}

const kKey = 'sesame.list';
const kRowsMax = 500;
/** How long the way back waits for the row to appear again. */
const kReturnMs = 3_000;
const kBase = '/console';

function kept(): RememberedList | undefined {
  try {
    const value = JSON.parse(inTab.read(kKey) ?? 'null') as RememberedList | null;
    return value !== null && Array.isArray(value.hrefs) && typeof value.path === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

const pathOf = (href: string) => href.replace(kBase, '');
const here = () => pathOf(location.pathname);

/** Notes the table that holds `target`, when one of its rows is about to be opened. */
export function rememberList(target: EventTarget | null): void {
  const table = target instanceof Element ? target.closest('table') : null;
  if (!table || !table.closest('#content')) return;
  const hrefs = [...table.querySelectorAll<HTMLAnchorElement>('tbody a.row-name')]
    .slice(0, kRowsMax)
    .map((link) => link.getAttribute('href') ?? '');
  if (hrefs.length === 0) return;
  const list: RememberedList = { path: pathOf(location.pathname + location.search), hrefs, scroll: window.scrollY };
  inTab.keep(kKey, JSON.stringify(list));
}

function placeIn(list: RememberedList): number {
  const full = decodeURI(location.pathname + location.search);
  const exact = list.hrefs.findIndex((href) => decodeURI(href) === full);
  return exact >= 0 ? exact : list.hrefs.findIndex((href) => decodeURI(href.split('?')[0]!) === decodeURI(location.pathname));
}

/** The address of the item before (-1) or behind (1) the shown one in its list; undefined at the ends and without a list. */
export function neighbour(step: -1 | 1): string | undefined {
  const list = kept();
  const place = list ? placeIn(list) : -1;
  const href = place < 0 ? undefined : list!.hrefs[place + step];
  return href === undefined ? undefined : pathOf(href);
}

/** Leads from a detail page to its list, where the same row has the focus at the same scroll; false on a list. */
export function backToList(navigate: (path: string) => void): boolean {
  const [, page, ...rest] = here().split('/');
  if (!page || rest.length === 0) return false;
  const list = kept();
  const place = list ? placeIn(list) : -1;
  if (!list || place < 0) {
    navigate(`/${page}`);
    return true;
  }
  const href = list.hrefs[place]!;
  navigate(list.path);
  const begin = performance.now();
  const look = () => {
    const link = [...document.querySelectorAll<HTMLAnchorElement>('#content a.row-name')].find(
      (each) => each.getAttribute('href') === href,
    );
    if (link) {
      window.scrollTo(0, list.scroll);
      (link.closest<HTMLElement>('tr[data-row]') ?? link).focus({ preventScroll: true });
    } else if (performance.now() - begin < kReturnMs) {
      requestAnimationFrame(look);
    }
  };
  requestAnimationFrame(look);
  return true;
}
