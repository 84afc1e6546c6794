import { useState } from 'react';

import { useAct, useCall } from '../../api/query';
import { showNumber } from '../../format/number';
import { Button, Dialog, ErrorPanel, Note, SelectField, TextAreaField, TextField } from '../../parts';
import { useLanguage, useWords } from '../../words/words';
import { today } from '../messages/model';
import { words } from './words';

const kCounters = ['ValidCount', 'RepeatCount', 'InvalidCount', 'TooLongCount'] as const;
type Counters = Readonly<Partial<Record<(typeof kCounters)[number], number>>>;

/** Adds pasted addresses to the account's block list, or records that they unsubscribed from a sender domain. */
export function AddDialog({ list, onClose }: { list: 'custom' | 'unsubscribed'; onClose: () => void }) {
  const w = useWords(words);
  const language = useLanguage();
  const [text, setText] = useState('');
  const [day, setDay] = useState('');
  const [domain, setDomain] = useState('');
  const [reason, setReason] = useState('unsubscribed');
  const limits = useCall<{ RecipientsPerRequest: number }>('GetLimits');
  const domains = useCall<{ EmailIdentities: { IdentityName: string }[] }>(
    'ListEmailIdentities',
    { Offset: 0, Limit: 100 },
    { enabled: list === 'unsubscribed' },
  );
  const block = useAct<Counters>('CreateCustomBlacklist', { changes: ['ListCustomBlacklist', 'CheckRecipient'] });
  const unsubscribe = useAct<Counters>('CreateUnsubscribe', { changes: ['ListUnsubscribes', 'CheckRecipient'] });
  const act = list === 'custom' ? block : unsubscribe;
  const addresses = text
    .split(/[\n,;]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const max = Number(limits.data?.RecipientsPerRequest ?? 0);
  const past = day !== '' && day < today();
  const names = (domains.data?.EmailIdentities ?? []).map((row) => row.IdentityName);
  const chosen = domain || names[0] || '';
  const why =
    addresses.length === 0 ? w.addNone : max > 0 && addresses.length > max ? w.addMany(showNumber(max, language)) : past ? w.lastDayPast : undefined;
  const call =
    list === 'custom'
      ? { action: 'CreateCustomBlacklist', params: { Emails: addresses, ExpireDate: day || undefined } }
      : { action: 'CreateUnsubscribe', params: { SenderDomain: chosen, Emails: addresses, Reason: reason } };
  const add = () => act.mutate(call.params);
  return (
    <Dialog
      title={w.addTitle[list]}
      onClose={onClose}
      actions={
        <Button look="filled" disabled={act.isPending} reason={why} call={call} onClick={add}>
          {w.addDo(addresses.length)}
        </Button>
      }
    >
      <TextAreaField
        label={w.addresses}
        mono
        rows={8}
        value={text}
        onChange={(value) => {
          act.reset();
          setText(value);
        }}
      />
      {list === 'custom' ? (
        <TextField
          label={w.lastDay}
          type="date"
          value={day}
          onChange={setDay}
          hint={w.lastDayHint}
          error={past ? w.lastDayPast : undefined}
        />
      ) : (
        <div className="form-pair">
          <SelectField
            label={w.senderDomain}
            value={chosen}
            onChange={setDomain}
            options={names.map((name) => ({ value: name, label: name }))}
          />
          <SelectField
            label={w.reasonChoice}
            value={reason}
            onChange={setReason}
            options={(['unsubscribed', 'complained'] as const).map((value) => ({ value, label: w.reasons[value] }))}
          />
        </div>
      )}
      {act.error && <ErrorPanel title={w.addTitle[list]} error={act.error} />}
      {act.data && (
        <Note tone="success" title={w.added}>
          {kCounters
            .filter((name) => Number(act.data?.[name] ?? 0) > 0)
            .map((name) => `${showNumber(Number(act.data?.[name]), language)} ${w.counters[name]}`)
            .join(', ')}
        </Note>
      )}
    </Dialog>
  );
}
