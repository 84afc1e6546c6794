import './tokens.css';
import './parts/parts.css';
import './shell/shell.css';

import { surroundings } from './api/call';
import { linkOf, type LoginLink } from './api/link';
import { readSession, type NoSession, type Session } from './api/session';
import { showUnloaded } from './unloaded';
import { chosenLanguage, speak } from './words/chosen';

// The log-in must come up on a slow link: it is small, and the console with its framework is loaded for those who are in.
const loadConsole = () => import('./shell/showConsole');
const loadEntrance = () => import('./entrance/showEntrance');

type Where = { at: 'failed' } | { at: 'out'; how: NoSession } | { at: 'in'; session: Session };

/** The link of the address, taken out of it so that neither history nor a copied address keeps its token. */
function takeLink(): LoginLink | undefined {
  const link = linkOf(location.hash);
  if (link) history.replaceState(null, '', location.pathname + location.search);
  return link;
}

/** The link that was opened, until somebody is in: its token works once. */
let link = takeLink();
const root = document.getElementById('root')!;
let leave: (() => void) | undefined;
/** Counts what was to be shown: whatever is loaded too late is not shown any more. */
let turn = 0;

async function show(where: Where): Promise<void> {
  turn += 1;
  const mine = turn;
  const shown = where.at === 'in' ? await consoleFor(where.session) : await entranceFor(where.at === 'out' ? where.how : undefined);
  if (mine !== turn) return;
  leave?.();
  leave = shown();
}

async function consoleFor(session: Session): Promise<() => () => void> {
  try {
    const { showConsole } = await loadConsole();
    return () => showConsole(root, session, () => void show({ at: 'out', how: { setup: false } }));
  } catch {
    // The server went away, or has another version by now, whose files have other names.
    return entranceFor(undefined);
  }
}

async function entranceFor(how: NoSession | undefined): Promise<() => () => void> {
  let showEntrance: Awaited<ReturnType<typeof loadEntrance>>['showEntrance'];
  try {
    ({ showEntrance } = await loadEntrance());
  } catch {
    return () => {
      // A page that was there before is of an older version: the new one is loaded.
      if (leave) location.reload();
      return showUnloaded(root, () => location.reload());
    };
  }
  // Whoever fills the form in will need it.
  addEventListener('input', () => void loadConsole().catch(() => undefined), { once: true });
  const onIn = (session: Session) => {
    link = undefined;
    void show({ at: 'in', session });
  };
  return () => showEntrance(root, { how, link, onRetry: () => location.reload(), onIn });
}

async function read(): Promise<void> {
  try {
    const session = await readSession();
    await show('user' in session ? { at: 'in', session } : { at: 'out', how: session });
  } catch {
    await show({ at: 'failed' });
  }
}

speak(chosenLanguage());
surroundings.onSessionEnded = () => void show({ at: 'out', how: { setup: false } });
// A link with a token is for logging in, whoever is logged in already.
if (link) void show({ at: 'out', how: { setup: link.kind === 'setup' } });
else void read();
