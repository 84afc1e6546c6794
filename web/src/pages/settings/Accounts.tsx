import { Plus } from 'lucide-react';
import { useState } from 'react';

import { useAct, useCall } from '../../api/query';
import { fromBeijing } from '../../format/time';
import { Button, DataTable, Dialog, Empty, ErrorPanel, TextField, Time, type Column } from '../../parts';
import { Await } from '../../parts/Await';
import { useWords } from '../../words/words';
import { useRange } from '../useRange';
import { words } from './words';

interface Account {
  readonly AppId: number | bigint;
  readonly Name: string;
  readonly Administers: boolean;
  readonly CredentialCount: number;
  readonly CreateTime: string;
}

const kPage = 50;

/** The tenants of the server; only the first account sees and makes them. */
export function Accounts() {
  const w = useWords(words);
  const range = useRange(kPage);
  const [creating, setCreating] = useState(false);
  const accounts = useCall<{ TotalCount: number; Data: Account[] }>('ListAccounts', { Offset: range.offset, Limit: kPage });
  const columns: Column<Account>[] = [
    { key: 'number', head: w.column.number, cell: (account) => <code>{String(account.AppId)}</code> },
    { key: 'name', head: w.column.name, cell: (account) => <b>{account.Name}</b> },
    { key: 'state', head: w.column.state, wideOnly: true, cell: (account) => (account.Administers ? w.accounts.first : '') },
    { key: 'keys', head: w.column.keys, number: true, wideOnly: true, cell: (account) => String(account.CredentialCount) },
    { key: 'created', head: w.column.created, number: true, wideOnly: true, cell: (account) => <Time at={fromBeijing(account.CreateTime)} /> },
  ];
  return (
    <>
      <Await of={accounts} title={w.tab.accounts} rows={3}>
        {(data) =>
          data.Data.length > 0 ? (
            <>
              <div className="toolbar">
                <span className="toolbar-end">
                  <Button icon={<Plus size={16} aria-hidden />} needs="CreateAccount" onClick={() => setCreating(true)}>
                    {w.accounts.new}
                  </Button>
                </span>
              </div>
              <DataTable
                caption={w.tab.accounts}
                columns={columns}
                rows={data.Data}
                rowKey={(account) => String(account.AppId)}
                paging={range.paging(Number(data.TotalCount), data.Data.length)}
              />
            </>
          ) : (
            <Empty title={w.accounts.emptyTitle}>{w.accounts.emptyText}</Empty>
          )
        }
      </Await>
      {creating && <CreateDialog onClose={() => setCreating(false)} />}
    </>
  );
}

function CreateDialog({ onClose }: { onClose: () => void }) {
  const w = useWords(words);
  const [name, setName] = useState('');
  const create = useAct('CreateAccount', { changes: ['ListAccounts'] });
  return (
    <Dialog
      title={w.accounts.new}
      onClose={onClose}
      actions={
        <Button
          look="filled"
          disabled={create.isPending || name.trim() === ''}
          call={{ action: 'CreateAccount', params: { Name: name.trim() } }}
          onClick={() => create.mutate({ Name: name.trim() }, { onSuccess: onClose })}
        >
          {w.accounts.do}
        </Button>
      }
    >
      <TextField label={w.accounts.name} required hint={w.accounts.hint} value={name} onChange={setName} autoFocus />
      {create.error && <ErrorPanel title={w.accounts.new} error={create.error} />}
    </Dialog>
  );
}
