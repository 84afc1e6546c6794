import './factor.css';

import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { beginFactor, confirmFactor, LoginError, refusalText, removeFactor, type NewFactor } from '../../api/session';
import { Button, ConfirmDialog, CopyButton, Dialog, Note, Section, TextField, useToast } from '../../parts';
import { useConsole } from '../../shell/SessionContext';
import { useWords } from '../../words/words';
import { QrCode } from './QrCode';
import { kOwnSessions } from './Sessions';
import { youWords } from './youWords';
import { kStepUpNeeded } from '../../api/call';

/** Switches the second factor of the person's log-in on and off. */
export function Factor() {
  const w = useWords(youWords);
  const toast = useToast();
  const client = useQueryClient();
  const { session, refreshSession } = useConsole();
  const [begun, setBegun] = useState<NewFactor>();
  const [removing, setRemoving] = useState(false);
  const [busy, setBusy] = useState(false);
  const act = async (work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
    } catch (refused) {
      if (!(refused instanceof LoginError && refused.code === kStepUpNeeded)) toast(refusalText(refused), 'error');
    }
    setBusy(false);
  };
  // The other sessions have ended, too.
  const refresh = async () => {
    await refreshSession();
    await client.invalidateQueries({ queryKey: kOwnSessions });
  };
  const remove = () =>
    act(async () => {
      setRemoving(false);
      await removeFactor(w.act);
      await refresh();
      toast(w.removed);
    });
  return (
    <Section title={w.factor}>
      <p>{session.second_factor ? `${w.factorOn} ${w.left(session.recovery_codes)}` : w.factorOff}</p>
      <div className="toolbar">
        <Button disabled={busy} onClick={() => void act(async () => setBegun(await beginFactor(w.act)))}>
          {session.second_factor ? w.renew : w.begin}
        </Button>
        {session.second_factor && (
          <Button look="danger" disabled={busy} onClick={() => setRemoving(true)}>
            {w.remove}
          </Button>
        )}
      </div>
      {begun && <SetUpDialog factor={begun} onClose={() => setBegun(undefined)} onDone={refresh} />}
      {removing && (
        <ConfirmDialog
          title={w.removeQuestion}
          action={w.remove}
          danger
          busy={busy}
          onClose={() => setRemoving(false)}
          onConfirm={() => void remove()}
        >
          <p>{w.removeText}</p>
        </ConfirmDialog>
      )}
    </Section>
  );
}

function SetUpDialog(props: { factor: NewFactor; onClose: () => void; onDone: () => Promise<void> }) {
  const w = useWords(youWords);
  const [code, setCode] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const [codes, setCodes] = useState<readonly string[]>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      setCodes(await confirmFactor(props.factor.ticket, code, w.act));
      await props.onDone();
    } catch (refused) {
      setError(refusalText(refused));
    }
    setBusy(false);
  };
  if (codes) {
    return (
      <Dialog title={w.title} onClose={props.onClose} actions={<Button onClick={props.onClose}>{w.done}</Button>}>
        <Note tone="warning" title={w.codesTitle}>
          <p>{w.codesText}</p>
          <ul className="recovery-codes" aria-label={w.codes}>
            {codes.map((one) => (
              <li key={one}>
                <code>{one}</code>
              </li>
            ))}
          </ul>
          <CopyButton text={codes.join('\n')} name={w.codes} />
        </Note>
      </Dialog>
    );
  }
  return (
    <Dialog title={w.title} onClose={props.onClose}>
      <form onSubmit={submit} className="stack">
        <p>{w.scan}</p>
        <QrCode text={props.factor.uri} label={w.picture} />
        <p className="copied">
          {w.key}: <code className="factor-key">{props.factor.secret.replace(/.{4}(?=.)/g, '$& ')}</code>
          <CopyButton text={props.factor.secret} name={w.key} />
        </p>
        <TextField
          label={w.code}
          autoComplete="one-time-code"
          inputMode="numeric"
          value={code}
          onChange={setCode}
          error={error}
          autoFocus
        />
        <div className="dialog-buttons">
          <Button look="filled" type="submit" disabled={busy || code.trim() === ''}>
            {w.confirm}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
