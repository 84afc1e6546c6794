import { CircleCheck, CircleX, Plus } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router-dom';

import { useAct, useCall } from '../../api/query';
import { fromBeijing } from '../../format/time';
import {
  Button, ConfirmDialog, CopyButton, DataTable, Dialog, Empty, ErrorPanel, SelectField, StateMark, TextAreaField, TextField,
  Time, useToast, type Column,
} from '../../parts';
import { Await } from '../../parts/Await';
import { dataWords } from '../../words/data';
import { useWords } from '../../words/words';
import { useRange } from '../useRange';
import { Secret } from '../../parts/Secret';
import { words } from './words';

interface Key {
  readonly SecretId: string;
  readonly Name: string;
  readonly Permission: 'all' | 'read-only' | 'list';
  readonly Actions: readonly string[];
  readonly Enabled: boolean;
  readonly CreateTime: string;
}

const kPage = 50;
const kChanges = { changes: ['ListCredentials', 'ListAccounts'] };

/** The keys with which programs sign their calls. */
export function Keys() {
  const w = useWords(words);
  const d = useWords(dataWords);
  const toast = useToast();
  const range = useRange(kPage);
  const [creating, setCreating] = useState(false);
  const [asked, setAsked] = useState<{ act: 'disable' | 'delete'; key: Key }>();
  const keys = useCall<{ TotalCount: number; Data: Key[] }>('ListCredentials', { Offset: range.offset, Limit: kPage });
  const disable = useAct('DisableCredential', kChanges);
  const enable = useAct('EnableCredential', kChanges);
  const remove = useAct('DeleteCredential', kChanges);
  const nameOf = (key: Key) => key.Name || key.SecretId;
  const columns: Column<Key>[] = [
    {
      key: 'id',
      head: w.column.id,
      cell: (key) => (
        <span className="copied">
          <code>{key.SecretId}</code>
          <CopyButton text={key.SecretId} name={w.column.id} />
        </span>
      ),
    },
    { key: 'name', head: w.column.name, wideOnly: true, cell: (key) => key.Name },
    {
      key: 'permission',
      head: w.column.permission,
      wideOnly: true,
      cell: (key) => (key.Permission === 'list' ? <span className="cell-text">{key.Actions.join(', ')}</span> : w.keys.permissions[key.Permission]),
    },
    {
      key: 'state',
      head: w.column.state,
      cell: (key) => (
        <StateMark icon={key.Enabled ? CircleCheck : CircleX} tone={key.Enabled ? 'success' : 'neutral'}>
          {key.Enabled ? w.on : w.off}
        </StateMark>
      ),
    },
    { key: 'created', head: w.column.created, wideOnly: true, cell: (key) => <Time at={fromBeijing(key.CreateTime)} /> },
    {
      key: 'act',
      head: w.column.act,
      number: true,
      cell: (key) => (
        <span className="row-acts">
          {key.Enabled ? (
            <Button small aria-label={w.keys.disableOne(nameOf(key))} needs="DisableCredential" onClick={() => setAsked({ act: 'disable', key })}>
              {w.keys.disable}
            </Button>
          ) : (
            <>
              <Button
                small
                aria-label={w.keys.enableOne(nameOf(key))}
                call={{ action: 'EnableCredential', params: { CredentialId: key.SecretId } }}
                onClick={() =>
                  enable.mutate(
                    { CredentialId: key.SecretId },
                    { onError: (error) => toast(`${error.message} (${error.code})`, 'error') },
                  )
                }
              >
                {w.keys.enable}
              </Button>
              <Button small look="danger" aria-label={w.keys.deleteOne(nameOf(key))} needs="DeleteCredential" onClick={() => setAsked({ act: 'delete', key })}>
                {w.keys.delete}
              </Button>
            </>
          )}
        </span>
      ),
    },
  ];
  const add = (
    <Button icon={<Plus size={16} aria-hidden />} needs="CreateCredential" onClick={() => setCreating(true)}>
      {w.keys.new}
    </Button>
  );
  const act = asked?.act === 'delete' ? remove : disable;
  return (
    <>
      <div className="toolbar">
        <span className="toolbar-end">{add}</span>
      </div>
      <Await of={keys} title={w.tab.keys} rows={4}>
        {(data) =>
          data.Data.length > 0 ? (
            <DataTable
              caption={w.tab.keys}
              columns={columns}
              rows={data.Data}
              rowKey={(key) => key.SecretId}
              paging={range.paging(Number(data.TotalCount), data.Data.length)}
            />
          ) : (
            <Empty
              title={w.keys.emptyTitle}
              action={add}
              link={<Link to="/explorer/CreateCredential">{d.callInExplorer('CreateCredential')}</Link>}
            >
              {w.keys.emptyText}
            </Empty>
          )
        }
      </Await>
      {creating && <CreateDialog onClose={() => setCreating(false)} />}
      {asked && (
        <ConfirmDialog
          title={asked.act === 'delete' ? w.keys.deleteQuestion : w.keys.disableQuestion}
          action={asked.act === 'delete' ? w.keys.delete : w.keys.disable}
          danger
          busy={act.isPending}
          call={{
            action: asked.act === 'delete' ? 'DeleteCredential' : 'DisableCredential',
            params: { CredentialId: asked.key.SecretId },
          }}
          onClose={() => {
            act.reset();
            setAsked(undefined);
          }}
          onConfirm={() => act.mutate({ CredentialId: asked.key.SecretId }, { onSuccess: () => setAsked(undefined) })}
        >
          <p>
            <code>{asked.key.SecretId}</code> {asked.key.Name}
          </p>
          {asked.act === 'disable' && <p>{w.keys.disableText}</p>}
          {act.error && <ErrorPanel title={w.tab.keys} error={act.error} />}
        </ConfirmDialog>
      )}
    </>
  );
}

function CreateDialog({ onClose }: { onClose: () => void }) {
  const w = useWords(words);
  const [name, setName] = useState('');
  const [permission, setPermission] = useState<Key['Permission']>('list');
  const [actions, setActions] = useState('SendEmail\nGetSendEmailStatus');
  const create = useAct<{ SecretId: string; SecretKey: string }>('CreateCredential', kChanges);
  const names = actions.split(/[\s,;]+/).filter((one) => one !== '');
  const params = {
    Name: name.trim() || undefined,
    Permission: permission,
    Actions: permission === 'list' ? names : undefined,
  };
  if (create.data) {
    return (
      <Dialog title={w.keys.new} onClose={onClose} actions={<Button onClick={onClose}>{w.back}</Button>}>
        <Secret
          title={w.keys.shownOnce}
          text={w.keys.shownOnceText}
          values={[
            ['SecretId', create.data.SecretId],
            ['SecretKey', create.data.SecretKey],
          ]}
        />
      </Dialog>
    );
  }
  return (
    <Dialog
      title={w.keys.new}
      onClose={onClose}
      actions={
        <Button
          look="filled"
          disabled={create.isPending}
          reason={permission === 'list' && names.length === 0 ? w.keys.noAction : undefined}
          call={{ action: 'CreateCredential', params }}
          onClick={() => create.mutate(params)}
        >
          {w.keys.do}
        </Button>
      }
    >
      <TextField label={w.keys.name} value={name} onChange={setName} autoFocus />
      <SelectField
        label={w.keys.permission}
        value={permission}
        onChange={(value) => setPermission(value as Key['Permission'])}
        options={(['list', 'read-only', 'all'] as const).map((value) => ({ value, label: w.keys.permissions[value] }))}
      />
      {permission === 'list' && <TextAreaField label={w.keys.actions} mono rows={5} value={actions} onChange={setActions} />}
      {create.error && <ErrorPanel title={w.keys.new} error={create.error} />}
    </Dialog>
  );
}
