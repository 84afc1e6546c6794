import { useState, type FormEvent } from 'react';

import { setUp, type Session } from '../api/session';
import { entranceWords } from '../words/entrance';
import { useWords } from '../words/words';
import { textOf } from './LoginForm';
import { TextInput } from './TextInput';

const kPasswordMin = 12;
const kGeneratedLetters = 24;

/** 24 letters and digits, 120 random bits, without those that look alike. */
export function newPassword(): string {
  const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
  const bytes = crypto.getRandomValues(new Uint8Array(kGeneratedLetters));
  return Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join('');
}

/** Makes the owner of a fresh installation. */
export function SetUpForm({ token, onIn }: { token: string; onIn: (session: Session) => void }) {
  const words = useWords(entranceWords);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [shown, setShown] = useState(false);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const length = Array.from(password).length;
  const problem =
    name.trim() === ''
      ? words.nameMissing
      : length < kPasswordMin
        ? words.passwordShort(kPasswordMin, length)
        : password !== again
          ? words.passwordsDiffer
          : '';

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (problem) return setError(problem);
    setBusy(true);
    setError('');
    try {
      const session = await setUp(token, name.trim(), password);
      // A new installation begins with the first steps, whatever page the address named.
      history.replaceState(null, '', '/console/start');
      onIn(session);
    } catch (refused) {
      setError(textOf(refused, words));
      setBusy(false);
    }
  };

  return (
    <form className="entrance-form" onSubmit={submit}>
      <h1>{words.createOwner}</h1>
      <p className="grey">{words.createOwnerText}</p>
      <TextInput label={words.name} value={name} onChange={setName} autoComplete="username" autoFocus />
      <TextInput
        label={words.password}
        type={shown ? 'text' : 'password'}
        value={password}
        onChange={setPassword}
        autoComplete="new-password"
        hint={words.passwordHint(kPasswordMin)}
      />
      <TextInput
        label={words.passwordAgain}
        type={shown ? 'text' : 'password'}
        value={again}
        onChange={setAgain}
        autoComplete="new-password"
      />
      <p>
        <button
          type="button"
          className="button button-small"
          onClick={() => {
            const made = newPassword();
            setPassword(made);
            setAgain(made);
            setShown(true);
          }}
        >
          {words.generate}
        </button>{' '}
        <button type="button" className="button button-text" aria-pressed={shown} onClick={() => setShown(!shown)}>
          {shown ? words.hide : words.show}
        </button>
      </p>
      <p role="alert" className="field-error">
        {error}
      </p>
      <button type="submit" className="button button-filled" disabled={busy}>
        {words.createOwner}
      </button>
    </form>
  );
}
