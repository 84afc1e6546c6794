import { useState, type FormEvent } from 'react';

import { logIn, LoginError, type Session } from '../api/session';
import { entranceWords } from '../words/entrance';
import { useWords } from '../words/words';
import { TextInput } from './TextInput';

/** Name, password and, where the user has one, the six-digit code. Pasting and password managers work everywhere. */
export function LoginForm({ onIn, second }: { onIn: (session: Session) => void; second?: boolean }) {
  const words = useWords(entranceWords);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [needsCode, setNeedsCode] = useState(false);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError('');
    try {
      const digits = code.replace(/\s/g, '');
      onIn(await logIn({ name, password, ...(digits ? { code: digits } : {}) }));
    } catch (refused) {
      if (refused instanceof LoginError && refused.code === 'CodeNeeded') setNeedsCode(true);
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
      {needsCode && (
        <TextInput
          label={words.code}
          value={code}
          onChange={setCode}
          autoComplete="one-time-code"
          inputMode="numeric"
          autoFocus
        />
      )}
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
