import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router-dom';

import { useAct, useCall } from '../../api/query';
import { fromUnix } from '../../format/time';
import { Button, DataTable, Dialog, Empty, ErrorPanel, SelectField, TextField, Time, useToast, type Column } from '../../parts';
import { Await } from '../../parts/Await';
import { dataWords } from '../../words/data';
import { useWords } from '../../words/words';
import type { DomainRow, Sender } from './model';
import { SenderDrawer, type UnsubscribeSetting } from './SenderDrawer';
import { words } from './words';

/** The senders of a domain, or of all; each opens its settings. */
export function SenderTable({ domain, verified }: { domain: string | undefined; verified: boolean }) {
  const w = useWords(words);
  const d = useWords(dataWords);
  const [search, setSearch] = useSearchParams();
  const [adding, setAdding] = useState(false);
  const senders = useCall<{ EmailSenders: Sender[] }>('ListEmailAddress');
  const settings = useCall<{ AddressUnsubscribeConfigList: UnsubscribeSetting[] }>('ListAddressUnsubscribeConfig', {
    Offset: 0,
    Limit: '100',
  });
  const open = (address: string | undefined) => {
    const next = new URLSearchParams(search);
    if (address) next.set('sender', address);
    else next.delete('sender');
    setSearch(next, { replace: true });
  };
  const settingOf = (address: string) =>
    settings.data?.AddressUnsubscribeConfigList.find((row) => row.Address === address);
  const columns: Column<Sender>[] = [
    {
      key: 'address',
      head: w.column.address,
      cell: (sender) => (
        <button type="button" className="link-button row-name" onClick={() => open(sender.EmailAddress)}>
          {sender.EmailAddress}
        </button>
      ),
    },
    { key: 'name', head: w.column.name, wideOnly: true, cell: (sender) => sender.EmailSenderName },
    {
      key: 'password',
      head: w.column.password,
      cell: (sender) => (Number(sender.SmtpPwdType) === 1 ? w.smtp.set : <span className="grey">{w.smtp.unset}</span>),
    },
    {
      key: 'unsubscribe',
      head: w.column.unsubscribe,
      wideOnly: true,
      cell: (sender) => {
        const setting = settingOf(sender.EmailAddress);
        if (!setting) return <span className="grey">{w.unsubscribe.none}</span>;
        const choice = w.unsubscribe.choices[setting.UnsubscribeConfig as keyof typeof w.unsubscribe.choices];
        return setting.Status === 1 ? choice : `${choice} (${w.unsubscribe.off})`;
      },
    },
    { key: 'created', head: w.column.created, number: true, wideOnly: true, cell: (sender) => <Time at={fromUnix(sender.CreatedTimestamp)} /> },
  ];
  const add = (
    <Button small icon={<Plus size={14} aria-hidden />} needs="CreateEmailAddress" reason={verified ? undefined : w.sender.unverified} onClick={() => setAdding(true)}>
      {w.newSender}
    </Button>
  );
  return (
    <>
      <Await of={senders} title={w.senders} rows={4}>
        {(data) => {
          const rows = data.EmailSenders.filter(
            (sender) => domain === undefined || sender.EmailAddress.toLowerCase().endsWith(`@${domain}`),
          );
          const shown = data.EmailSenders.find((sender) => sender.EmailAddress === search.get('sender'));
          return (
            <>
              {rows.length > 0 ? (
                <>
                  <div className="toolbar">
                    <span className="toolbar-end" />
                    {add}
                  </div>
                  <DataTable
                    caption={w.senders}
                    columns={columns}
                    rows={rows}
                    rowKey={(sender) => sender.EmailAddress}
                    onOpen={(sender) => open(sender.EmailAddress)}
                  />
                </>
              ) : (
                <Empty
                  title={domain === undefined ? w.noSenderAtAll : w.noSender}
                  action={add}
                  link={<Link to="/explorer/CreateEmailAddress">{d.callInExplorer('CreateEmailAddress')}</Link>}
                >
                  {w.noSenderText}
                </Empty>
              )}
              {shown && (
                <SenderDrawer
                  key={shown.EmailAddress}
                  sender={shown}
                  setting={settingOf(shown.EmailAddress)}
                  onClose={() => open(undefined)}
                />
              )}
            </>
          );
        }}
      </Await>
      {adding && <AddDialog domain={domain} onClose={() => setAdding(false)} />}
    </>
  );
}

function AddDialog({ domain, onClose }: { domain: string | undefined; onClose: () => void }) {
  const w = useWords(words);
  const toast = useToast();
  const [local, setLocal] = useState('');
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState(domain ?? '');
  const domains = useCall<{ EmailIdentities: DomainRow[] }>('ListEmailIdentities', { Offset: 0, Limit: 100 }, { enabled: !domain });
  const create = useAct('CreateEmailAddress', { changes: ['ListEmailAddress'] });
  const names = (domains.data?.EmailIdentities ?? []).filter((row) => row.SendingEnabled).map((row) => row.IdentityName);
  const at = domain ?? (chosen || names[0] || '');
  const address = local.includes('@') ? local.trim() : `${local.trim()}@${at}`;
  const params = { EmailAddress: address, EmailSenderName: name.trim() || undefined };
  return (
    <Dialog
      title={w.sender.title}
      onClose={onClose}
      actions={
        <Button
          look="filled"
          type="submit"
          form="add-sender"
          disabled={local.trim() === '' || create.isPending}
          call={{ action: 'CreateEmailAddress', params }}
          reason={at === '' && domains.data ? w.sender.noDomain : undefined}
        >
          {w.sender.do}
        </Button>
      }
    >
      <form
        id="add-sender"
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate(
            params,
            {
              onSuccess: () => {
                toast(`${address}: ${w.sender.added}`);
                onClose();
              },
            },
          );
        }}
      >
        <TextField label={w.sender.local} required hint={at && w.sender.localHint(at)} value={local} onChange={setLocal} autoFocus />
        {!domain && (
          <SelectField
            label={w.sender.domain}
            value={at}
            onChange={setChosen}
            options={names.map((one) => ({ value: one, label: one }))}
          />
        )}
        <TextField label={w.sender.name} value={name} onChange={setName} />
        {create.error && <ErrorPanel title={w.sender.title} error={create.error} />}
      </form>
    </Dialog>
  );
}
