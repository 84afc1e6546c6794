import { useState, type FormEvent } from 'react';

import { refusalText, stepUp } from '../api/session';
import { Button, Dialog, TextField } from '../parts';
import { partWords } from '../words/parts';
import { shellWords } from '../words/shell';
import { useWords } from '../words/words';
import { useConsole } from './SessionContext';

export interface StepUpQuestion {
  action: string;
  answer: (raised: boolean) => void;
}

/** Asks for the password, or a code of the second factor, before a dangerous act, and raises the session for ten minutes. */
export function StepUpDialog(props: { question: StepUpQuestion; onDone: (raised: boolean) => void }) {
  const words = useWords(shellWords);
  const parts = useWords(partWords);
  const { session } = useConsole();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await stepUp(password !== '' ? { password } : { code });
      props.onDone(true);
    } catch (refused) {
      setError(refusalText(refused));
      setBusy(false);
    }
  };

  return (
    <Dialog title={words.stepUpTitle} onClose={() => props.onDone(false)}>
      <p>{words.stepUpText(props.question.action)}</p>
      <form onSubmit={submit} className="stack">
        <TextField
          label={words.password}
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
          error={error}
          autoFocus
        />
        {session.second_factor && (
          <TextField label={words.orCode} autoComplete="one-time-code" value={code} onChange={setCode} />
        )}
        <div className="dialog-buttons">
          <Button onClick={() => props.onDone(false)}>{parts.back}</Button>
          <Button look="filled" type="submit" disabled={busy || (password === '' && code === '')}>
            {words.goOn}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
