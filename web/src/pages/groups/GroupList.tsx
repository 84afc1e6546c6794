import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router-dom';

import { useAct, useCall } from '../../api/query';
import { fromBeijing } from '../../format/time';
import {
  ApiState, Button, DataTable, Dialog, Empty, ErrorPanel, FilteredEmpty, Page, TextField, Time, useStateText, type Column,
} from '../../parts';
import { Await } from '../../parts/Await';
import { Count } from '../../parts/Count';
import { usePageKeys } from '../../parts/pageKeys';
import { SearchField } from '../../parts/SearchField';
import { Segments } from '../../parts/Segments';
import { dataWords } from '../../words/data';
import { useWords } from '../../words/words';
import { useRange } from '../useRange';
import type { Group, Id } from './model';
import { words } from './words';
import { useMay } from '../../shell/SessionContext';

const kPage = 50;

export function GroupList() {
  const w = useWords(words);
  const d = useWords(dataWords);
  const stateText = useStateText();
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const [creating, setCreating] = useState(false);
  const name = search.get('name') ?? '';
  const status = search.get('status') ?? '';
  const range = useRange(kPage);
  const groups = useCall<{ TotalCount: number; Data: Group[] }>('ListReceivers', {
    Offset: range.offset,
    Limit: kPage,
    Status: status ? Number(status) : undefined,
    KeyWord: name || undefined,
  });
  const may = useMay();
  usePageKeys({ n: may('CreateReceiver') ? () => setCreating(true) : undefined });
  const filter = (key: string, value: string) => {
    const next = new URLSearchParams(search);
    if (value) next.set(key, value);
    else next.delete(key);
    next.delete('from');
    setSearch(next, { replace: true });
  };
  const columns: Column<Group>[] = [
    {
      key: 'name',
      head: w.column.name,
      cell: (group) => (
        <Link to={`/groups/${group.ReceiverId}`} className="row-name">
          {group.ReceiversName}
        </Link>
      ),
    },
    {
      key: 'description',
      head: w.column.description,
      wideOnly: true,
      cell: (group) => <span className="grey">{group.Desc}</span>,
    },
    { key: 'state', head: w.column.state, wideOnly: true, cell: (group) => <ApiState kind="group" status={group.ReceiversStatus} /> },
    {
      key: 'people',
      head: w.column.people,
      number: true,
      cell: (group) => <Count n={Number(group.Count)} to={`/groups/${group.ReceiverId}`} label={w.column.people} />,
    },
    {
      key: 'malformed',
      head: w.column.malformed,
      number: true,
      wideOnly: true,
      cell: (group) => (
        <Count n={Number(group.InvalidCount)} to={`/groups/${group.ReceiverId}?status=2`} label={w.column.malformed} />
      ),
    },
    { key: 'created', head: w.column.created, number: true, wideOnly: true, cell: (group) => <Time at={fromBeijing(group.CreateTime)} /> },
  ];
  const filtered = name !== '' || status !== '';
  const newGroup = (
    <Button look="filled" icon={<Plus size={16} aria-hidden />} hint="n" needs="CreateReceiver" onClick={() => setCreating(true)}>
      {w.newGroup}
    </Button>
  );
  return (
    <Page title={w.title} actions={newGroup}>
      <div className="toolbar">
        <SearchField label={w.search} value={name} onChange={(value) => filter('name', value)} />
        <Segments
          label={w.states}
          value={status}
          onChange={(value) => filter('status', value)}
          segments={[
            { value: '', label: w.all },
            ...[3, 2, 1].map((value) => ({ value: String(value), label: stateText('group', value) })),
          ]}
        />
      </div>
      <Await of={groups} title={w.title} rows={8}>
        {(data) =>
          data.Data.length > 0 ? (
            <DataTable
              caption={w.title}
              columns={columns}
              rows={data.Data}
              rowKey={(group) => String(group.ReceiverId)}
              onOpen={(group) => navigate(`/groups/${group.ReceiverId}`)}
              paging={range.paging(data.TotalCount, data.Data.length)}
            />
          ) : filtered || range.offset > 0 ? (
            <FilteredEmpty title={w.noMatch} clear={<Button onClick={() => setSearch({})}>{w.clearFilter}</Button>}>
              {w.noMatchText([name && `KeyWord=${name}`, status && `Status=${status}`].filter(Boolean).join(', '))}
            </FilteredEmpty>
          ) : (
            <Empty
              title={w.emptyTitle}
              action={<Button needs="CreateReceiver" onClick={() => setCreating(true)}>{w.newGroup}</Button>}
              link={<Link to="/explorer/CreateReceiver">{d.callInExplorer('CreateReceiver')}</Link>}
            >
              {w.emptyText}
            </Empty>
          )
        }
      </Await>
      {creating && <CreateDialog onClose={() => setCreating(false)} />}
    </Page>
  );
}

function CreateDialog({ onClose }: { onClose: () => void }) {
  const w = useWords(words);
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const create = useAct<{ ReceiverId: Id }>('CreateReceiver', { changes: ['ListReceivers'] });
  const params = { ReceiversName: name, Desc: description || undefined };
  const submit = () => create.mutate(params, { onSuccess: (answer) => navigate(`/groups/${answer.ReceiverId}`) });
  return (
    <Dialog
      title={w.create.title}
      onClose={onClose}
      actions={
        <Button
          look="filled"
          type="submit"
          form="create-group"
          disabled={name.trim() === '' || create.isPending}
          call={{ action: 'CreateReceiver', params }}
        >
          {w.create.do}
        </Button>
      }
    >
      <form
        id="create-group"
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TextField label={w.create.name} required hint={w.create.nameHint} value={name} onChange={setName} autoFocus />
        <TextField label={w.create.description} value={description} onChange={setDescription} />
        {create.error && <ErrorPanel title={w.create.title} error={create.error} />}
      </form>
    </Dialog>
  );
}
