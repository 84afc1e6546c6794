/** @jsxImportSource preact */
import './entrance.css';

import { useEffect, useState } from 'preact/hooks';

import type { LoginLink } from '../api/link';
import type { NoSession, Session } from '../api/session';
import type { Language } from '../words/catalogue';
import { chooseLanguage, chosenLanguage } from '../words/chosen';
import { entranceWords } from '../words/entrance';
import { LanguageContext, useEntranceWords } from './language';
import { LinkLogin } from './LinkLogin';
import { LoginForm } from './LoginForm';
import { SetUpForm } from './SetUpForm';

export interface EntranceProps {
  /** Absent when the server could not be asked. */
  how: NoSession | undefined;
  link: LoginLink | undefined;
  onRetry: () => void;
  onIn: (session: Session) => void;
}

/** Everything in front of the log-in: log in, log in by a link, make the owner, or say why neither is possible. */
export function Entrance({ how, link, onRetry, onIn }: EntranceProps) {
  const [language, setLanguage] = useState<Language>(chosenLanguage);
  const other = language === 'en' ? 'zh-CN' : 'en';
  useEffect(() => {
    document.title = 'Sesame';
  }, []);
  const change = () => {
    chooseLanguage(other);
    setLanguage(other);
  };
  return (
    <LanguageContext.Provider value={language}>
      <main className="entrance">
        <header className="entrance-head">
          <svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">
            <path
              fill="currentColor"
              d="M12 1.5c4.2 4.6 7 8.2 7 12.6a7 7 0 0 1-14 0c0-4.4 2.8-8 7-12.6Zm-1 6.5v9h2V8z"
            />
          </svg>
          <span>Sesame</span>
          <button
            type="button"
            className="button button-text entrance-language"
            lang={other}
            onClick={change}
          >
            {entranceWords[language].otherLanguage}
          </button>
        </header>
        {!how ? (
          <Unreachable onRetry={onRetry} />
        ) : link?.kind === 'login' ? (
          <LinkLogin token={link.token} onIn={onIn} />
        ) : how.setup ? (
          link ? (
            <SetUpForm token={link.token} onIn={onIn} />
          ) : (
            <NeedsToken />
          )
        ) : (
          <LoginForm onIn={onIn} />
        )}
      </main>
    </LanguageContext.Provider>
  );
}

function Unreachable({ onRetry }: { onRetry: () => void }) {
  const words = useEntranceWords();
  return (
    <>
      <h1>{words.unreachable}</h1>
      <p className="grey">{words.unreachableText}</p>
      <p>
        <button type="button" className="button" onClick={onRetry}>
          {words.tryAgain}
        </button>
      </p>
    </>
  );
}

/** The installation has no owner yet, and the address that was opened carries no token. */
function NeedsToken() {
  const words = useEntranceWords();
  return (
    <>
      <h1>{words.noOwner}</h1>
      <p>{words.noOwnerText}</p>
      <pre className="entrance-command">sesame console link</pre>
      <p className="grey">{words.noOwnerHint}</p>
    </>
  );
}
