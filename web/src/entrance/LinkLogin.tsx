/** @jsxImportSource preact */
import { useEffect, useRef, useState } from 'preact/hooks';

import { kLinkInvalid, logIn, LoginError, type Session } from '../api/session';
import { useEntranceWords } from './language';
import { CodeInput, isCodeQuestion, LoginForm, textOf } from './LoginForm';

/** Whether the link itself was refused. After any other refusal, such as too many tries, it is still good. */
function isSpent(refused: unknown): boolean {
  return refused instanceof LoginError && refused.code === kLinkInvalid;
}

type At = { step: 'trying' | 'code' } | { step: 'spent' | 'failed'; text: string };

/** Logs in with the token of a link; the link works once. */
export function LinkLogin({ token, onIn }: { token: string; onIn: (session: Session) => void }) {
  const words = useEntranceWords();
  const [at, setAt] = useState<At>({ step: 'trying' });
  const asked = useRef(false);
  const attempt = () => {
    setAt({ step: 'trying' });
    logIn({ token }).then(onIn, (refused: unknown) =>
      setAt(isCodeQuestion(refused) ? { step: 'code' } : { step: isSpent(refused) ? 'spent' : 'failed', text: textOf(refused, words) }),
    );
  };
  useEffect(() => {
    // The token works once, so a second run of the effect must not send it again.
    if (asked.current) return;
    asked.current = true;
    attempt();
    // Later attempts are the person's.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  switch (at.step) {
    case 'trying':
      return <p role="status">{words.loggingIn}</p>;
    case 'code':
      return <LinkCode token={token} onIn={onIn} onSpent={(text) => setAt({ step: 'spent', text })} />;
    case 'failed':
      return (
        <>
          <h1>{words.linkFailed}</h1>
          <p role="alert">{at.text}</p>
          <p>
            <button type="button" className="button button-filled" onClick={attempt}>
              {words.tryAgain}
            </button>
          </p>
          <LoginForm onIn={onIn} second />
        </>
      );
    case 'spent':
      return (
        <>
          <h1>{words.linkRefused}</h1>
          <p role="alert">{at.text}</p>
          <p>{words.linkRefusedText}</p>
          <pre className="entrance-command">sesame console link</pre>
          <LoginForm onIn={onIn} second />
        </>
      );
  }
}

/** The second factor of a log-in by a link, which neither the question nor a wrong code has used up. */
function LinkCode(props: { token: string; onIn: (session: Session) => void; onSpent: (text: string) => void }) {
  const words = useEntranceWords();
  const [code, setCode] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError('');
    try {
      props.onIn(await logIn({ token: props.token, code }));
    } catch (refused) {
      if (isSpent(refused)) return props.onSpent(textOf(refused, words));
      if (isCodeQuestion(refused)) setCode('');
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
