import { useEffect, useRef, useState, type FormEvent } from 'react';

import { surroundings } from '../api/call';
import { refusalText, stepUp } from '../api/session';
import { Button, Dialog, TextField } from '../parts';
import { partWords } from '../words/parts';
import { shellWords } from '../words/shell';
import { useWords } from '../words/words';
import { useConsole } from './SessionContext';

/** Asks one question for all calls that need a proof while it is open, and answers them together. */
export function StepUp() {
  const [action, setAction] = useState<string>();
  // A reference and no state: a call that asks while the password is on its way must not be missed by an older render.
  const waiters = useRef<((raised: boolean) => void)[]>([]);
  const answerAll = (raised: boolean) => {
    setAction(undefined);
    for (const answer of waiters.current.splice(0)) answer(raised);
  };
  useEffect(() => {
    const before = surroundings.askStepUp;
    surroundings.askStepUp = (wanted) =>
      new Promise((answer) => {
        waiters.current.push(answer);
        setAction((asked) => asked ?? wanted);
      });
    return () => {
      surroundings.askStepUp = before;
      answerAll(false);
    };
  }, []);
  return action === undefined ? null : <StepUpDialog action={action} onDone={answerAll} />;
}

/** Asks for the password, or a code of the second factor, before a dangerous act, and raises the session for ten minutes. */
function StepUpDialog(props: { action: string; onDone: (raised: boolean) => void }) {
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
      <p>{words.stepUpText(props.action)}</p>
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
