import { useState } from 'react';

import { useAct, useCall } from '../../api/query';
import { Button, Dialog, ErrorPanel, Note, TextField } from '../../parts';
import { useWords } from '../../words/words';
import { namesOf, type Group, type Person } from './model';
import { words } from './words';

/** What the server counted. */
interface Counters {
  readonly ValidCount: number;
  readonly TooLongCount: number;
  readonly RepeatCount: number;
}

/** Adds one person, with a field for each variable that the group has. */
export function AddDialog({ group, onClose }: { group: Group; onClose: () => void }) {
  const w = useWords(words);
  const [address, setAddress] = useState('');
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const first = useCall<{ Data: Person[] }>('ListReceiverDetails', { ReceiverId: group.ReceiverId, Offset: 0, Limit: 10 });
  const names = namesOf(first.data?.Data ?? []);
  const changes = { changes: ['ListReceivers', 'ListReceiverDetails'] };
  const plain = useAct<Counters>('CreateReceiverDetail', changes);
  const withData = useAct<Counters>('CreateReceiverDetailWithData', changes);
  const act = names.length > 0 ? withData : plain;
  const data = JSON.stringify(Object.fromEntries(names.map((name) => [name, values[name] ?? ''])));
  const params = {
    ReceiverId: group.ReceiverId,
    ...(names.length === 0 ? { Emails: [address.trim()] } : { Datas: [{ Email: address.trim(), TemplateData: data }] }),
  };
  return (
    <Dialog
      title={w.addOne.title}
      onClose={onClose}
      actions={
        <Button
          look="filled"
          type="submit"
          form="add-person"
          disabled={address.trim() === '' || act.isPending || first.isPending}
          call={{ action: names.length > 0 ? 'CreateReceiverDetailWithData' : 'CreateReceiverDetail', params }}
        >
          {w.addOne.do}
        </Button>
      }
    >
      <form
        id="add-person"
        noValidate
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          act.mutate(params);
        }}
      >
        <TextField
          label={w.addOne.address}
          type="email"
          required
          value={address}
          onChange={(value) => {
            setAddress(value);
            act.reset();
          }}
          autoFocus
        />
        {names.map((name) => (
          <TextField
            key={name}
            label={`{{${name}}}`}
            value={values[name] ?? ''}
            onChange={(value) => setValues({ ...values, [name]: value })}
          />
        ))}
      </form>
      {act.error && <ErrorPanel title={w.addOne.title} error={act.error} />}
      {act.data && <Outcome counters={act.data} address={address} />}
    </Dialog>
  );
}

function Outcome({ counters, address }: { counters: Counters; address: string }) {
  const w = useWords(words);
  if (counters.RepeatCount > 0) return <Note tone="warning" title={w.addOne.repeat} />;
  if (counters.TooLongCount > 0) return <Note tone="error" title={w.addOne.tooLong} />;
  return (
    <Note tone="success" title={w.addOne.added}>
      {w.addOne.stored(address)}
    </Note>
  );
}
