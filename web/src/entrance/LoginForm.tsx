import { useState, type FormEvent } from 'react';

import { logIn, LoginError, type Session } from '../api/session';
import { entranceWords } from '../words/entrance';
import { useWords } from '../words/words';
import { TextInput } from './TextInput';

/** Name and password; pasting and password managers work. */
export function LoginForm({ onIn, second }: { onIn: (session: Session) => void; second?: boolean }) {
  const words = useWords(entranceWords);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError('');
    try {
      onIn(await logIn({ name, password }));
    } catch (refused) {
      setError(textOf(refused, words));
      setBusy(false);
    }
  };

  const Heading = second ? 'h2' : 'h1';
  return (
    <form className="entrance-form" onSubmit={submit}>
      <Heading>{words.logIn}</Heading>
      <TextInput label={words.name} value={name} onChange={setName} autoComplete="username" autoFocus={!second} />
      <TextInput
        label={words.password}
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
      />
      <p role="alert" className="field-error">
        {error}
      </p>
      <button type="submit" className="button button-filled" disabled={busy || !name || !password}>
        {words.logIn}
      </button>
    </form>
  );
}

export function textOf(
  refused: unknown,
  words: { later: (seconds: number) => string; noAnswer: string },
): string {
  if (!(refused instanceof LoginError)) return words.noAnswer;
  if (refused.retryAfter) return words.later(refused.retryAfter);
  return refused.message || refused.code;
}
