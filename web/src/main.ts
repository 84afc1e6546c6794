import './tokens.css';
import './parts/parts.css';
import './shell/shell.css';

import { surroundings } from './api/call';
import { readSession, type NoSession, type Session } from './api/session';
import { chosenLanguage, speak } from './words/chosen';

// The log-in must come up on a slow link: it is small, and the console with its framework is loaded for those who are in.
const loadConsole = () => import('./shell/showConsole');
const loadEntrance = () => import('./entrance/showEntrance');

type Where = { at: 'failed' } | { at: 'out'; how: NoSession } | { at: 'in'; session: Session };

/** A token of a link, taken out of the address so that neither history nor a copied address keeps it. */
function takeToken(): { kind: 'setup' | 'login'; token: string } | undefined {
  const found = /^#(setup|login)=(.+)$/.exec(location.hash);
  if (!found) return undefined;
  history.replaceState(null, '', location.pathname + location.search);
  return { kind: found[1] as 'setup' | 'login', token: decodeURIComponent(found[2]!) };
}

const token = takeToken();
const root = document.getElementById('root')!;
let leave: (() => void) | undefined;
/** Counts what was to be shown: whatever is loaded too late is not shown any more. */
let turn = 0;

async function show(where: Where): Promise<void> {
  turn += 1;
  const mine = turn;
  const shown = where.at === 'in' ? await console(where.session) : await entrance(where.at === 'out' ? where.how : undefined);
  if (mine !== turn) return;
  leave?.();
  leave = shown();
}

async function console(session: Session): Promise<() => () => void> {
  try {
    const { showConsole } = await loadConsole();
    return () => showConsole(root, session, () => void show({ at: 'out', how: { setup: false } }));
  } catch {
    // The server went away, or has another version by now, whose files have other names.
    return entrance(undefined);
  }
}

async function entrance(how: NoSession | undefined): Promise<() => () => void> {
  const { showEntrance } = await loadEntrance();
  // Whoever fills the form in will need it.
  addEventListener('input', () => void loadConsole().catch(() => undefined), { once: true });
  return () =>
    showEntrance(root, { how, token, onRetry: () => location.reload(), onIn: (session) => void show({ at: 'in', session }) });
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
if (token) void show({ at: 'out', how: { setup: token.kind === 'setup' } });
else void read();
