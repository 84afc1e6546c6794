import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';

import type { Session } from '../api/session';
import { chooseLanguage, chosenLanguage } from '../words/chosen';
import { LanguageContext, type Language } from '../words/words';
import Shell from './Shell';

function Console({ session, onLoggedOut }: { session: Session; onLoggedOut: () => void }) {
  const [language, setLanguage] = useState<Language>(chosenLanguage);
  const change = (next: Language) => {
    // Before the render: its calls must already ask for the new language.
    chooseLanguage(next);
    setLanguage(next);
  };
  return (
    <LanguageContext.Provider value={language}>
      <Shell session={session} onLanguage={change} onLoggedOut={onLoggedOut} />
    </LanguageContext.Provider>
  );
}

/** Shows the console of somebody who is logged in; the function that comes back takes it away. */
export function showConsole(root: HTMLElement, session: Session, onLoggedOut: () => void): () => void {
  const react = createRoot(root);
  react.render(
    <StrictMode>
      <Console session={session} onLoggedOut={onLoggedOut} />
    </StrictMode>,
  );
  return () => react.unmount();
}
