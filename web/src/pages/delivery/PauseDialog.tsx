import { useState } from 'react';

import { useAct } from '../../api/query';
import { toBeijing, zoneOffset } from '../../format/time';
import { Button, Dialog, ErrorPanel, SelectField, TextField, useToast } from '../../parts';
import { Segments } from '../../parts/Segments';
import { useConsole } from '../../shell/SessionContext';
import { useWords } from '../../words/words';
import { faultOf, kPauseChanges, paramsOf, type Scope } from './queueModel';
import { queueWords } from './queueWords';
import { useAccounts, useScopeText } from './useAccounts';

/** Pauses the mail to a domain, of an account, or both; `scope` is what the person was looking at. */
export function PauseDialog({ scope, onClose }: { scope: Scope; onClose: () => void }) {
  const w = useWords(queueWords);
  const text = w.dialog;
  const toast = useToast();
  const { session } = useConsole();
  const { manages, accounts } = useAccounts();
  const scopeText = useScopeText();
  const [domain, setDomain] = useState(scope.domain);
  const [account, setAccount] = useState(scope.account);
  const [end, setEnd] = useState('never');
  const [until, setUntil] = useState('');
  const [reason, setReason] = useState('');
  const pause = useAct('PauseDelivery', { changes: kPauseChanges });
  // Whoever sees only the own account pauses only that.
  const wanted: Scope = { domain: domain.trim(), account: manages ? account : session.account };
  const time = until === '' ? undefined : new Date(until);
  const fault = faultOf(wanted, end === 'never' ? 'never' : time, reason, new Date());
  const params = {
    ...paramsOf(wanted),
    UntilTime: end === 'at' && time ? toBeijing(time) : undefined,
    Reason: reason.trim(),
  };
  const known = accounts.some(({ id }) => id === account) || account === '' ? accounts : [{ id: account, name: account }, ...accounts];
  return (
    <Dialog
      title={text.title}
      onClose={onClose}
      actions={
        <Button
          look="filled"
          disabled={pause.isPending}
          reason={fault && text.faults[fault]}
          call={{ action: 'PauseDelivery', params }}
          onClick={() =>
            pause.mutate(params, {
              onSuccess: () => {
                toast(text.done(scopeText(wanted)));
                onClose();
              },
            })
          }
        >
          {text.do}
        </Button>
      }
    >
      <p>{text.text}</p>
      <TextField label={text.domain} hint={text.domainHint} value={domain} onChange={setDomain} mono autoFocus />
      {manages && (
        <SelectField
          label={w.account}
          value={account}
          onChange={setAccount}
          options={[{ value: '', label: w.everyAccount }, ...known.map(({ id, name }) => ({ value: id, label: name }))]}
        />
      )}
      <TextField label={text.reason} required value={reason} onChange={setReason} />
      <fieldset className="plain-fieldset">
        <legend className="small grey">{text.end}</legend>
        <Segments
          label={text.end}
          value={end}
          onChange={setEnd}
          segments={[
            { value: 'never', label: text.never },
            { value: 'at', label: text.at },
          ]}
        />
      </fieldset>
      {end === 'at' && (
        <TextField
          label={text.until}
          type="datetime-local"
          value={until}
          onChange={setUntil}
          error={fault === 'past' ? text.faults.past : undefined}
          hint={time && fault !== 'past' ? text.inBeijing(zoneOffset(time), toBeijing(time)) : undefined}
        />
      )}
      {pause.error && <ErrorPanel title={text.title} error={pause.error} />}
    </Dialog>
  );
}
