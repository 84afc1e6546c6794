import './tokens.css';
import './parts/parts.css';
import './shell/shell.css';

import { StrictMode, useCallback, useEffect, useMemo, useState, Suspense, lazy } from 'react';
import { createRoot } from 'react-dom/client';

import { surroundings } from './api/call';
import { readSession, type NoSession, type Session } from './api/session';
import { chosenLanguage, keepLanguage } from './shell/theme';
import { LanguageContext, type Language } from './words/words';

// The log-in page must come up on a slow link: everything behind it is loaded after it.
const Shell = lazy(() => import('./shell/Shell'));
const Entrance = lazy(() => import('./entrance/Entrance'));

type State = { at: 'reading' } | { at: 'failed' } | { at: 'out'; how: NoSession } | { at: 'in'; session: Session };

/** A token of a link, taken out of the address so that neither history nor a copied address keeps it. */
function takeToken(): { kind: 'setup' | 'login'; token: string } | undefined {
  const found = /^#(setup|login)=(.+)$/.exec(location.hash);
  if (!found) return undefined;
  history.replaceState(null, '', location.pathname + location.search);
  return { kind: found[1] as 'setup' | 'login', token: decodeURIComponent(found[2]!) };
}

const token = takeToken();

function Root() {
  const [state, setState] = useState<State>({ at: 'reading' });
  const [language, setLanguage] = useState<Language>(chosenLanguage);

  const read = useCallback(async () => {
    try {
      const session = await readSession();
      setState('user' in session ? { at: 'in', session } : { at: 'out', how: session });
    } catch {
      setState({ at: 'failed' });
    }
  }, []);

  useEffect(() => {
    surroundings.onSessionEnded = () => setState({ at: 'out', how: { setup: false } });
    // A link with a token is for logging in, whoever is logged in already.
    if (token) setState({ at: 'out', how: { setup: token.kind === 'setup' } });
    else void read();
  }, [read]);

  useEffect(() => {
    document.documentElement.lang = language;
    surroundings.language = language === 'en' ? 'en-US' : 'zh-CN';
  }, [language]);

  const change = useMemo(
    () => (next: Language) => {
      keepLanguage(next);
      // Before the render: its calls must already ask for the new language.
      surroundings.language = next === 'en' ? 'en-US' : 'zh-CN';
      setLanguage(next);
    },
    [],
  );

  return (
    <LanguageContext.Provider value={language}>
      <Suspense fallback={null}>
        {state.at === 'in' && (
          <Shell
            session={state.session}
            onLanguage={change}
            onLoggedOut={() => setState({ at: 'out', how: { setup: false } })}
          />
        )}
        {(state.at === 'out' || state.at === 'failed') && (
          <Entrance
            how={state.at === 'out' ? state.how : undefined}
            token={token}
            onLanguage={change}
            onRetry={() => {
              setState({ at: 'reading' });
              void read();
            }}
            onIn={(session) => setState({ at: 'in', session })}
          />
        )}
      </Suspense>
    </LanguageContext.Provider>
  );
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Root />
  </StrictMode>,
);
