import { useState, type FormEvent, type ReactNode } from 'react';

import { useAct } from '../api/query';
import { kPasswordMin, passwordLength } from '../format/password';
import { Button, TextField, useToast } from '../parts';
import { shellWords } from '../words/shell';
import { useWords } from '../words/words';
import { useConsole } from './SessionContext';

/** The form for a new password of the person who is logged in; the server ends that person's other sessions. */
export function NewPassword({ className, before, onDone }: { className: string; before?: ReactNode; onDone?: () => void }) {
  const words = useWords(shellWords);
  const toast = useToast();
  const { session } = useConsole();
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const change = useAct('PutUser');
  const length = passwordLength(password);
  const problem = password !== '' && length < kPasswordMin ? words.passwordShort(kPasswordMin, length) : '';
  const differs = again !== '' && password !== again ? words.passwordsDiffer : '';
  const refused = change.error ? `${change.error.message} (${change.error.code})` : '';

  const params = { Name: session.user, Password: password };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(params, {
      onSuccess: () => {
        toast(words.passwordChanged);
        setPassword('');
        setAgain('');
        onDone?.();
      },
    });
  };

  return (
    <form onSubmit={submit} className={className}>
      <TextField
        label={words.newPassword}
        type="password"
        autoComplete="new-password"
        value={password}
        onChange={setPassword}
        hint={words.passwordHint(kPasswordMin)}
        error={problem || refused}
      />
      <TextField
        label={words.passwordAgain}
        type="password"
        autoComplete="new-password"
        value={again}
        onChange={setAgain}
        error={differs}
      />
      <div className={before ? 'dialog-buttons' : 'form-actions'}>
        {before}
        <Button
          look="filled"
          type="submit"
          call={{ action: 'PutUser', params }}
          disabled={change.isPending || password !== again || length < kPasswordMin}
        >
          {words.changePassword}
        </Button>
      </div>
    </form>
  );
}
