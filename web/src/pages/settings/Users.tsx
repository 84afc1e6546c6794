import { CircleCheck, CircleX, Plus } from 'lucide-react';
import { useState } from 'react';

import { kManagesUsers } from '../../api/actions';
import { useAct, useCall } from '../../api/query';
import { fromBeijing } from '../../format/time';
import {
  Button, ConfirmDialog, DataTable, Dialog, ErrorPanel, SelectField, StateMark, TextField, Time, useToast, type Column,
} from '../../parts';
import { Await } from '../../parts/Await';
import { useConsole } from '../../shell/SessionContext';
import { useWords } from '../../words/words';
import { useRange } from '../useRange';
import { Secret } from '../../parts/Secret';
import { words } from './words';

type Role = 'owner' | 'admin' | 'operator' | 'sender' | 'analyst' | 'reviewer';

interface User {
  readonly Name: string;
  readonly Role: Role;
  readonly Enabled: boolean;
  readonly HasPassword: boolean;
  readonly CreateTime: string;
  readonly LoginTime: string;
}

const kPage = 50;
const kRoles: readonly Role[] = ['owner', 'admin', 'operator', 'sender', 'analyst', 'reviewer'];
const kChanges = { changes: ['ListUsers'] };

function linkOf(token: string): string {
  return `${location.origin}/console/#login=${encodeURIComponent(token)}`;
}

/** The people who may use the console; new ones log in by a link at first. */
export function Users() {
  const w = useWords(words);
  const toast = useToast();
  const { session } = useConsole();
  const range = useRange(kPage);
  const [creating, setCreating] = useState(false);
  const [deleting, setDeleting] = useState<User>();
  const [link, setLink] = useState<{ name: string; token: string }>();
  const users = useCall<{ TotalCount: number; Data: User[] }>('ListUsers', { Offset: range.offset, Limit: kPage });
  const put = useAct<{ LoginToken?: string }>('PutUser', kChanges);
  const remove = useAct('DeleteUser', kChanges);
  const failed = (error: { message: string; code: string }) => toast(`${error.message} (${error.code})`, 'error');
  const columns: Column<User>[] = [
    {
      key: 'name',
      head: w.column.name,
      cell: (user) => (
        <>
          <b>{user.Name}</b> {user.Name === session.user && <span className="grey small">({w.users.you})</span>}
        </>
      ),
    },
    { key: 'role', head: w.column.role, cell: (user) => <span title={w.users.roleText[user.Role]}>{w.users.roles[user.Role] ?? user.Role}</span> },
    {
      key: 'state',
      head: w.column.state,
      wideOnly: true,
      cell: (user) => (
        <StateMark icon={user.Enabled ? CircleCheck : CircleX} tone={user.Enabled ? 'success' : 'neutral'}>
          {user.Enabled ? w.on : w.users.disabled}
        </StateMark>
      ),
    },
    {
      key: 'login',
      head: w.column.login,
      wideOnly: true,
      cell: (user) => (user.LoginTime === '' ? <span className="grey">{w.users.never}</span> : <Time at={fromBeijing(user.LoginTime)} />),
    },
    {
      key: 'act',
      head: w.column.act,
      number: true,
      cell: (user) =>
        user.Name === session.user ? null : (
          <span className="row-acts">
            <Button
              small
              needs={kManagesUsers}
              aria-label={w.users.linkFor(user.Name)}
              call={{ action: 'PutUser', params: { Name: user.Name, Link: true } }}
              onClick={() =>
                put.mutate(
                  { Name: user.Name, Link: true },
                  { onSuccess: (answer) => setLink({ name: user.Name, token: answer.LoginToken ?? '' }), onError: failed },
                )
              }
            >
              {w.users.newLink}
            </Button>
            <Button
              small
              needs={kManagesUsers}
              aria-label={user.Enabled ? w.users.disableOne(user.Name) : w.users.enableOne(user.Name)}
              call={{ action: 'PutUser', params: { Name: user.Name, Enabled: !user.Enabled } }}
              onClick={() => put.mutate({ Name: user.Name, Enabled: !user.Enabled }, { onError: failed })}
            >
              {user.Enabled ? w.users.disable : w.users.enable}
            </Button>
            <Button small look="danger" aria-label={w.users.deleteOne(user.Name)} needs={kManagesUsers} onClick={() => setDeleting(user)}>
              {w.users.delete}
            </Button>
          </span>
        ),
    },
  ];
  return (
    <>
      <div className="toolbar">
        <span className="toolbar-end">
          <Button icon={<Plus size={16} aria-hidden />} needs={kManagesUsers} onClick={() => setCreating(true)}>
            {w.users.new}
          </Button>
        </span>
      </div>
      <Await of={users} title={w.tab.users} rows={3}>
        {(data) => (
          <DataTable
            caption={w.tab.users}
            columns={columns}
            rows={data.Data}
            rowKey={(user) => user.Name}
            paging={range.paging(Number(data.TotalCount), data.Data.length)}
          />
        )}
      </Await>
      {creating && <CreateDialog onClose={() => setCreating(false)} />}
      {link && (
        <Dialog title={link.name} onClose={() => setLink(undefined)} actions={<Button onClick={() => setLink(undefined)}>{w.back}</Button>}>
          <Secret title={w.users.link} text={w.users.linkText} values={[['URL', linkOf(link.token)]]} />
        </Dialog>
      )}
      {deleting && (
        <ConfirmDialog
          title={w.users.deleteQuestion}
          action={w.users.delete}
          danger
          busy={remove.isPending}
          call={{ action: 'DeleteUser', params: { Name: deleting.Name } }}
          onClose={() => {
            remove.reset();
            setDeleting(undefined);
          }}
          onConfirm={() => remove.mutate({ Name: deleting.Name }, { onSuccess: () => setDeleting(undefined) })}
        >
          <p>
            <b>{deleting.Name}</b>. {w.users.deleteText}
          </p>
          {remove.error && <ErrorPanel title={w.users.delete} error={remove.error} />}
        </ConfirmDialog>
      )}
    </>
  );
}

function CreateDialog({ onClose }: { onClose: () => void }) {
  const w = useWords(words);
  const { session } = useConsole();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('operator');
  const create = useAct<{ LoginToken?: string }>('PutUser', kChanges);
  const params = { Name: name.trim(), Role: role, Link: true };
  if (create.data) {
    return (
      <Dialog title={w.users.made} onClose={onClose} actions={<Button onClick={onClose}>{w.back}</Button>}>
        <Secret title={w.users.link} text={w.users.linkText} values={[['URL', linkOf(create.data.LoginToken ?? '')]]} />
      </Dialog>
    );
  }
  // Owners are made by owners.
  const roles = kRoles.filter((one) => one !== 'owner' || session.role === 'owner');
  return (
    <Dialog
      title={w.users.new}
      onClose={onClose}
      actions={
        <Button
          look="filled"
          disabled={create.isPending || name.trim() === ''}
          call={{ action: 'PutUser', params }}
          onClick={() => create.mutate(params)}
        >
          {w.users.do}
        </Button>
      }
    >
      <TextField label={w.users.name} required value={name} onChange={setName} autoComplete="off" autoFocus />
      <SelectField
        label={w.users.role}
        value={role}
        onChange={(value) => setRole(value as Role)}
        options={roles.map((value) => ({ value, label: w.users.roles[value] }))}
        hint={w.users.roleText[role]}
      />
      {create.error && <ErrorPanel title={w.users.new} error={create.error} />}
    </Dialog>
  );
}
