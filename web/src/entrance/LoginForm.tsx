/** @jsxImportSource preact */
import { useState } from 'preact/hooks';

import { kCodeNeeded, kCodeWrong, logIn, LoginError, refusalText, type Session } from '../api/session';
import { useEntranceWords } from './language';
import { TextInput } from './TextInput';

/** Name and password, and the code of a second factor when the server asks for it; pasting and password managers work. */
export function LoginForm({ onIn, second }: { onIn: (session: Session) => void; second?: boolean }) {
  const words = useEntranceWords();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [asksCode, setAsksCode] = useState(false);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);

  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError('');
    try {
      onIn(await logIn(asksCode ? { name, password, code } : { name, password }));
    } catch (refused) {
      if (isCodeQuestion(refused)) {
        setAsksCode(true);
        setCode('');
      }
      // The question itself is no mistake.
      setError(!asksCode && isCodeQuestion(refused) ? '' : textOf(refused, words));
      setBusy(false);
    }
  };

  const Heading = second ? 'h2' : 'h1';
  return (
    <form className="entrance-form" onSubmit={submit}>
      <Heading>{words.logIn}</Heading>
      <TextInput label={words.name} value={name} onChange={setName} autocomplete="username" focus={!second} />
      <TextInput
        label={words.password}
        type="password"
        value={password}
        onChange={setPassword}
        autocomplete="current-password"
      />
      {asksCode && <CodeInput value={code} onChange={setCode} />}
      <p role="alert" className="field-error">
        {error}
      </p>
      <button type="submit" className="button button-filled" disabled={busy || !name || !password || (asksCode && !code)}>
        {words.logIn}
      </button>
    </form>
  );
}

/** Whether the server asks for a code, the first time or again. */
export function isCodeQuestion(refused: unknown): boolean {
  return refused instanceof LoginError && (refused.code === kCodeNeeded || refused.code === kCodeWrong);
}

/** The field of a code; password managers know it. */
export function CodeInput(props: { value: string; onChange: (value: string) => void }) {
  const words = useEntranceWords();
  return (
    <TextInput label={words.code} hint={words.codeHint} autocomplete="one-time-code" maxlength={64} focus {...props} />
  );
}

export function textOf(
  refused: unknown,
  words: { later: (seconds: number) => string; noAnswer: string },
): string {
  if (!(refused instanceof LoginError)) return words.noAnswer;
  if (refused.retryAfter) return words.later(refused.retryAfter);
  return refusalText(refused);
}
