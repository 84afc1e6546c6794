/** @jsxImportSource preact */
import { useState } from 'preact/hooks';

import { setUp, type Session } from '../api/session';
import { kPasswordMin, newPassword, passwordLength } from '../format/password';
import { useEntranceWords } from './language';
import { textOf } from './LoginForm';
import { TextInput } from './TextInput';

/** Makes the owner of a fresh installation. */
export function SetUpForm({ token, onIn }: { token: string; onIn: (session: Session) => void }) {
  const words = useEntranceWords();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [shown, setShown] = useState(false);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const length = passwordLength(password);
  const problem =
    name.trim() === ''
      ? words.nameMissing
      : length < kPasswordMin
        ? words.passwordShort(kPasswordMin, length)
        : password !== again
          ? words.passwordsDiffer
          : '';

  const submit = async (event: Event) => {
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
      <TextInput label={words.name} value={name} onChange={setName} autocomplete="username" focus />
      <TextInput
        label={words.password}
        type={shown ? 'text' : 'password'}
        value={password}
        onChange={setPassword}
        autocomplete="new-password"
        hint={words.passwordHint(kPasswordMin)}
      />
      <TextInput
        label={words.passwordAgain}
        type={shown ? 'text' : 'password'}
        value={again}
        onChange={setAgain}
        autocomplete="new-password"
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
