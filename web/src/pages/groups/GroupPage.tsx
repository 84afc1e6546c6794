import { AtSign, CircleCheck, Send, Trash2, Upload, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router-dom';

import { useAct, useCall } from '../../api/query';
import { showNumber } from '../../format/number';
import { fromBeijing } from '../../format/time';
import {
  ApiState, Button, ConfirmDialog, DataTable, Drawer, Empty, ErrorPanel, FilteredEmpty, LinkButton, Page, Section, StateMark, Tabs,
  Time, useToast, type Column,
} from '../../parts';
import { Await } from '../../parts/Await';
import { Count } from '../../parts/Count';
import { FactLine, FactList } from '../../parts/Facts';
import { usePageKeys } from '../../parts/pageKeys';
import { SearchField } from '../../parts/SearchField';
import { Segments } from '../../parts/Segments';
import { dataWords } from '../../words/data';
import { useLanguage, useWords } from '../../words/words';
import { useRange } from '../useRange';
import { AddDialog } from './AddDialog';
import { ImportHistory } from './ImportHistory';
import { importWords } from './importWords';
import { namesOf, useGroup, valuesOf, type Group, type Person } from './model';
import { words } from './words';
import { useMay } from '../../shell/SessionContext';

const kPage = 50;
/** More columns of data would leave no room for the addresses; the row's drawer shows all. */
const kVariablesMax = 5;
/** From this number of people on, it must be typed before they are deleted. */
const kTypedFrom = 1_000;

export function GroupPage({ id }: { id: string }) {
  const w = useWords(words);
  const group = useGroup(id);
  return (
    <Await of={group} title={w.title} rows={8}>
      {(data) =>
        data ? (
          <GroupView group={data} />
        ) : (
          <Page title={w.missing}>
            <Empty title={w.missingText(id)} action={<LinkButton to="/groups">{w.title}</LinkButton>} />
          </Page>
        )
      }
    </Await>
  );
}

function GroupView({ group }: { group: Group }) {
  const w = useWords(words);
  const language = useLanguage();
  const i = useWords(importWords);
  const navigate = useNavigate();
  const toast = useToast();
  const [search, setSearch] = useSearchParams();
  const part = search.get('part') === 'imports' ? 'imports' : 'people';
  const [dialog, setDialog] = useState<'' | 'add' | 'delete'>('');
  const remove = useAct('DeleteReceiver', { changes: ['ListReceivers'] });
  const id = String(group.ReceiverId);
  const importPath = `/groups/${id}/import`;
  const may = useMay();
  usePageKeys({
    i: may('ImportRecipients') ? () => navigate(importPath) : undefined,
    n: may('CreateReceiverDetail') ? () => setDialog('add') : undefined,
  });
  const count = Number(group.Count);
  return (
    <Page
      crumbs={
        <>
          <Link to="/groups">{w.title}</Link> / {id}
        </>
      }
      title={group.ReceiversName}
      beside={<ApiState kind="group" status={group.ReceiversStatus} />}
      actions={
        <>
          {count > 0 ? (
            <LinkButton to={`/tasks/new?group=${id}`} needs="BatchSendEmail" icon={<Send size={16} aria-hidden />}>
              {w.mail}
            </LinkButton>
          ) : (
            <Button icon={<Send size={16} aria-hidden />} needs="BatchSendEmail" reason={w.mailNobody}>
              {w.mail}
            </Button>
          )}
          <Button icon={<UserPlus size={16} aria-hidden />} hint="n" needs="CreateReceiverDetail" onClick={() => setDialog('add')}>
            {w.add}
          </Button>
          <LinkButton to={importPath} needs="ImportRecipients" look="filled" icon={<Upload size={16} aria-hidden />} hint="i">
            {w.import}
          </LinkButton>
          <Button
            look="danger"
            icon={<Trash2 size={16} aria-hidden />}
            needs="DeleteReceiver"
            onClick={() => setDialog('delete')}
          >
            {w.delete}
          </Button>
        </>
      }
      facts={
        <FactLine
          facts={[
            [w.facts.people, <Count n={count} to={`/groups/${id}`} label={w.facts.people} />],
            [
              w.facts.malformed,
              <Count n={Number(group.InvalidCount)} to={`/groups/${id}?status=2`} label={w.facts.malformed} />,
            ],
            [w.facts.created, <Time at={fromBeijing(group.CreateTime)} />],
            group.Desc !== '' && [w.facts.description, group.Desc],
          ]}
        />
      }
    >
      <Tabs
        label={i.parts}
        tabs={[
          { key: 'people', label: i.people },
          { key: 'imports', label: i.title },
        ]}
        value={part}
        onChange={(key) => setSearch(key === 'people' ? {} : { part: key }, { replace: true })}
      >
        {part === 'imports' ? <ImportHistory group={group} /> : <People group={group} />}
      </Tabs>
      {dialog === 'add' && <AddDialog group={group} onClose={() => setDialog('')} />}
      {dialog === 'delete' && (
        <ConfirmDialog
          title={w.deleteQuestion}
          action={w.delete}
          danger
          typed={count >= kTypedFrom ? String(count) : undefined}
          busy={remove.isPending}
          call={{ action: 'DeleteReceiver', params: { ReceiverId: group.ReceiverId } }}
          onConfirm={() =>
            remove.mutate(
              { ReceiverId: group.ReceiverId },
              {
                onSuccess: () => {
                  toast(`${group.ReceiversName}: ${w.deleted}`);
                  navigate('/groups');
                },
              },
            )
          }
          onClose={() => setDialog('')}
        >
          {w.deleteText(showNumber(count, language))}
          {remove.error && <ErrorPanel title={w.delete} error={remove.error} />}
        </ConfirmDialog>
      )}
    </Page>
  );
}

function People({ group }: { group: Group }) {
  const w = useWords(words);
  const d = useWords(dataWords);
  const [search, setSearch] = useSearchParams();
  const [shown, setShown] = useState<Person>();
  const address = search.get('address') ?? '';
  const status = search.get('status') ?? '';
  const range = useRange(kPage);
  const id = String(group.ReceiverId);
  const people = useCall<{ TotalCount: number; Data: Person[]; ValidCount: number; InvalidCount: number }>(
    'ListReceiverDetails',
    {
      ReceiverId: group.ReceiverId,
      Offset: range.offset,
      Limit: kPage,
      Email: address || undefined,
      Status: status ? Number(status) : undefined,
    },
    { every: group.ReceiversStatus === 2 ? 2_000 : undefined },
  );
  const filter = (key: string, value: string) => {
    const next = new URLSearchParams(search);
    if (value) next.set(key, value);
    else next.delete(key);
    next.delete('from');
    setSearch(next, { replace: true });
  };
  const names = namesOf(people.data?.Data ?? []).slice(0, kVariablesMax);
  const columns: Column<Person>[] = [
    {
      key: 'address',
      head: w.column.address,
      cell: (person) => (
        <button type="button" className="link-button row-name" onClick={() => setShown(person)}>
          {person.Email}
        </button>
      ),
    },
    { key: 'state', head: w.column.state, cell: (person) => <PersonState person={person} /> },
    ...names.map(
      (name): Column<Person> => ({
        key: `value ${name}`,
        head: <code>{name}</code>,
        wideOnly: true,
        cell: (person) => <span className="cell-text">{valuesOf(person)[name] ?? ''}</span>,
      }),
    ),
    { key: 'uploaded', head: w.column.uploaded, number: true, wideOnly: true, cell: (person) => <Time at={fromBeijing(person.CreateTime)} /> },
  ];
  return (
    <Section title={w.people}>
      <div className="toolbar">
        <SearchField
          label={w.searchPeople}
          hint={w.searchHint}
          maxLength={50}
          value={address}
          onChange={(value) => filter('address', value)}
        />
        <Segments
          label={w.states}
          value={status}
          onChange={(value) => filter('status', value)}
          segments={[
            { value: '', label: w.everybody },
            { value: '1', label: w.valid },
            { value: '2', label: w.malformed },
          ]}
        />
      </div>
      <Await of={people} title={w.people} rows={10}>
        {(data) =>
          data.Data.length > 0 ? (
            <DataTable
              caption={w.people}
              columns={columns}
              rows={data.Data}
              rowKey={(person) => String(person.EmailId)}
              onOpen={setShown}
              paging={range.paging(data.TotalCount, data.Data.length)}
            />
          ) : address !== '' || status !== '' || range.offset > 0 ? (
            <FilteredEmpty title={w.nobodyMatches} clear={<Button onClick={() => setSearch({})}>{w.clearFilter}</Button>}>
              {w.noMatchText([address && `Email=${address}`, status && `Status=${status}`].filter(Boolean).join(', '))}
            </FilteredEmpty>
          ) : (
            <Empty
              title={w.nobody}
              action={<LinkButton to={`/groups/${id}/import`} needs="ImportRecipients">{w.import}</LinkButton>}
              link={<Link to="/explorer/CreateReceiverDetail">{d.callInExplorer('CreateReceiverDetail')}</Link>}
            >
              {w.nobodyText}
            </Empty>
          )
        }
      </Await>
      {shown && <PersonDrawer person={shown} onClose={() => setShown(undefined)} />}
    </Section>
  );
}

function PersonState({ person }: { person: Person }) {
  const w = useWords(words);
  return person.Status === 2 ? (
    <StateMark icon={AtSign} tone="error" title="Status 2">
      {w.malformed}
      {person.Reason !== '' && <span className="grey"> {person.Reason}</span>}
    </StateMark>
  ) : (
    <StateMark icon={CircleCheck} tone="success" title="Status 1">
      {w.valid}
    </StateMark>
  );
}

function PersonDrawer({ person, onClose }: { person: Person; onClose: () => void }) {
  const w = useWords(words);
  const values = Object.entries(valuesOf(person));
  const address = encodeURIComponent(person.Email);
  return (
    <Drawer title={person.Email} onClose={onClose}>
      <FactList
        facts={[
          [w.person.state, <PersonState person={person} />],
          [w.person.uploaded, <Time at={fromBeijing(person.CreateTime)} short={false} />],
        ]}
      />
      <h3>{w.person.data}</h3>
      {values.length > 0 ? (
        <FactList facts={values.map(([name, value]) => [name, value] as const)} />
      ) : (
        <p className="grey small">{w.person.noData}</p>
      )}
      <div className="empty-actions">
        <Link to={`/messages?to=${address}`}>{w.person.mails}</Link>
        <Link to={`/blocks?address=${address}`}>{w.person.canMail}</Link>
      </div>
    </Drawer>
  );
}
