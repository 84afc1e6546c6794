import { useState } from 'react';

import { useAct } from '../../api/query';
import { Button, ErrorPanel, Note, Section, TextField } from '../../parts';
import { useConsole } from '../../shell/SessionContext';
import { useWords } from '../../words/words';
import { Factor } from './Factor';
import { Sessions } from './Sessions';
import { words } from './words';
import { kPasswordMin, passwordLength } from '../../format/password';

/** What a person sets about their own log-in. */
export function You() {
  return (
    <>
      <OwnPassword />
      <Factor />
      <Sessions />
    </>
  );
}

function OwnPassword() {
  const w = useWords(words);
  const { session } = useConsole();
  const [password, setPassword] = useState('');
  const put = useAct('PutUser');
  const params = { Name: session.user, Password: password };
  return (
    <Section title={w.users.password}>
      <form
        className="form-narrow"
        onSubmit={(event) => {
          event.preventDefault();
          put.mutate(params, { onSuccess: () => setPassword('') });
        }}
      >
        <TextField
          label={w.users.passwordNew}
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={setPassword}
        />
        <div className="form-actions">
          <Button
            type="submit"
            disabled={passwordLength(password) < kPasswordMin || put.isPending}
            call={{ action: 'PutUser', params }}
          >
            {w.users.passwordDo}
          </Button>
        </div>
        {put.error && <ErrorPanel title={w.users.password} error={put.error} />}
        {put.isSuccess && <Note tone="success" title={w.users.passwordDone} />}
      </form>
    </Section>
  );
}
