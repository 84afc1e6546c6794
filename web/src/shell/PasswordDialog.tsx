import { useState, type FormEvent } from 'react';

import { ApiError } from '../api/call';
import { useAct } from '../api/query';
import { kPasswordMin, passwordLength } from '../format/password';
import { Button, Dialog, TextField, useToast } from '../parts';
import { partWords } from '../words/parts';
import { shellWords } from '../words/shell';
import { useWords } from '../words/words';
import { useConsole } from './SessionContext';

/** Changes the password of the person who is logged in; the server ends that person's other sessions. */
export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const words = useWords(shellWords);
  const parts = useWords(partWords);
  const toast = useToast();
  const { session } = useConsole();
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const change = useAct('PutUser');
  const length = passwordLength(password);
  const problem =
    password === ''
      ? ''
      : length < kPasswordMin
        ? words.passwordShort(kPasswordMin, length)
        : again !== '' && password !== again
          ? words.passwordsDiffer
          : '';
  const refused = change.error ? `${change.error.message} (${(change.error as ApiError).code})` : '';

  const params = { Name: session.user, Password: password };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(params, {
      onSuccess: () => {
        toast(words.passwordChanged);
        onClose();
      },
    });
  };

  return (
    <Dialog title={words.changePassword} onClose={onClose}>
      <form onSubmit={submit} className="stack">
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
        />
        <div className="dialog-buttons">
          <Button onClick={onClose}>{parts.back}</Button>
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
    </Dialog>
  );
}
