/** @jsxImportSource preact */
import './entrance.css';

import { useEffect, useRef, useState } from 'preact/hooks';

import { logIn, type NoSession, type Session } from '../api/session';
import type { Language } from '../words/catalogue';
import { chooseLanguage, chosenLanguage } from '../words/chosen';
import { entranceWords } from '../words/entrance';
import { LanguageContext, useEntranceWords } from './language';
import { CodeInput, isCodeQuestion, LoginForm, textOf } from './LoginForm';
import { SetUpForm } from './SetUpForm';

export interface EntranceProps {
  /** Absent when the server could not be asked. */
  how: NoSession | undefined;
  token: { kind: 'setup' | 'login'; token: string } | undefined;
  onRetry: () => void;
  onIn: (session: Session) => void;
}

/** Everything in front of the log-in: log in, log in by a link, make the owner, or say why neither is possible. */
export function Entrance({ how, token, onRetry, onIn }: EntranceProps) {
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
        ) : token?.kind === 'login' ? (
          <LinkLogin token={token.token} onIn={onIn} />
        ) : how.setup ? (
          token ? (
            <SetUpForm token={token.token} onIn={onIn} />
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

/** The second factor of a log-in by a link, which the question has not used up. */
function LinkCode(props: { token: string; onIn: (session: Session) => void; onRefused: (text: string) => void }) {
  const words = useEntranceWords();
  const [code, setCode] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      props.onIn(await logIn({ token: props.token, code }));
    } catch (refused) {
      if (!isCodeQuestion(refused)) return props.onRefused(textOf(refused, words));
      setCode('');
      setError(textOf(refused, words));
      setBusy(false);
    }
  };
  return (
    <form className="entrance-form" onSubmit={submit}>
      <h1>{words.logIn}</h1>
      <CodeInput value={code} onChange={setCode} />
      <p role="alert" className="field-error">
        {error}
      </p>
      <button type="submit" className="button button-filled" disabled={busy || !code}>
        {words.logIn}
      </button>
    </form>
  );
}

/** Logs in with the token of a link; the link works once. */
function LinkLogin({ token, onIn }: { token: string; onIn: (session: Session) => void }) {
  const words = useEntranceWords();
  const [error, setError] = useState<string>();
  const [asksCode, setAsksCode] = useState(false);
  const asked = useRef(false);
  useEffect(() => {
    // The token works once, so a second run of the effect must not send it again.
    if (asked.current) return;
    asked.current = true;
    logIn({ token }).then(onIn, (refused: unknown) =>
      isCodeQuestion(refused) ? setAsksCode(true) : setError(textOf(refused, words)),
    );
  }, [token, onIn, words]);
  if (asksCode && error === undefined) return <LinkCode token={token} onIn={onIn} onRefused={setError} />;
  if (error === undefined) return <p role="status">{words.loggingIn}</p>;
  return (
    <>
      <h1>{words.linkRefused}</h1>
      <p role="alert">{error}</p>
      <p>{words.linkRefusedText}</p>
      <pre className="entrance-command">sesame console link</pre>
      <LoginForm onIn={onIn} second />
    </>
  );
}
