import { CircleCheck, CircleX, Plus } from 'lucide-react';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router-dom';

import { useAct, useCall } from '../../api/query';
import { showNumber } from '../../format/number';
import {
  Button, DataTable, Dialog, Empty, ErrorPanel, Page, Section, SelectField, StateMark, TextField, type Column,
} from '../../parts';
import { Await } from '../../parts/Await';
import { Count } from '../../parts/Count';
import { usePageKeys } from '../../parts/pageKeys';
import { dataWords } from '../../words/data';
import { useLanguage, useWords } from '../../words/words';
import { useRange } from '../useRange';
import type { DomainRow, Sender } from './model';
import { SenderTable } from './SenderTable';
import { words } from './words';
import { useMay } from '../../shell/SessionContext';

const kPage = 100;

export function VerifiedMark({ verified }: { verified: boolean }) {
  const w = useWords(words);
  return (
    <StateMark icon={verified ? CircleCheck : CircleX} tone={verified ? 'success' : 'error'}>
      {verified ? w.verified : w.unverified}
    </StateMark>
  );
}

export function DomainList() {
  const w = useWords(words);
  const d = useWords(dataWords);
  const language = useLanguage();
  const navigate = useNavigate();
  const [creating, setCreating] = useState(false);
  const range = useRange(kPage);
  const domains = useCall<{ EmailIdentities: DomainRow[]; Total: number }>('ListEmailIdentities', {
    Offset: range.offset,
    Limit: kPage,
  });
  const senders = useCall<{ EmailSenders: Sender[] }>('ListEmailAddress');
  const may = useMay();
  usePageKeys({ n: may('CreateEmailIdentity') ? () => setCreating(true) : undefined });
  const at = (domain: string) =>
    senders.data?.EmailSenders.filter((sender) => sender.EmailAddress.toLowerCase().endsWith(`@${domain.toLowerCase()}`)).length;
  const columns: Column<DomainRow>[] = [
    {
      key: 'domain',
      head: w.column.domain,
      cell: (row) => (
        <Link to={`/domains/${row.IdentityName}`} className="row-name">
          {row.IdentityName}
        </Link>
      ),
    },
    { key: 'state', head: w.column.state, cell: (row) => <VerifiedMark verified={row.SendingEnabled} /> },
    { key: 'key', head: w.column.key, wideOnly: true, cell: (row) => w.keys[row.DKIMOption as keyof typeof w.keys] ?? '' },
    { key: 'level', head: w.column.level, number: true, wideOnly: true, cell: (row) => String(row.CurrentReputationLevel) },
    { key: 'quota', head: w.column.quota, number: true, wideOnly: true, cell: (row) => showNumber(row.DailyQuota, language) },
    {
      key: 'senders',
      head: w.column.senders,
      number: true,
      wideOnly: true,
      cell: (row) => {
        const count = at(row.IdentityName);
        return count === undefined ? '' : <Count n={count} to={`/domains/${row.IdentityName}?tab=senders`} label={w.column.senders} />;
      },
    },
  ];
  return (
    <Page
      title={w.title}
      actions={
        <Button look="filled" icon={<Plus size={16} aria-hidden />} hint="n" needs="CreateEmailIdentity" onClick={() => setCreating(true)}>
          {w.newDomain}
        </Button>
      }
    >
      <Await of={domains} title={w.domains} rows={5}>
        {(data) =>
          data.EmailIdentities.length > 0 ? (
            <DataTable
              caption={w.domains}
              columns={columns}
              rows={data.EmailIdentities}
              rowKey={(row) => row.IdentityName}
              onOpen={(row) => navigate(`/domains/${row.IdentityName}`)}
              paging={data.Total > kPage ? range.paging(Number(data.Total), data.EmailIdentities.length) : undefined}
            />
          ) : (
            <Empty
              title={w.emptyTitle}
              action={<Button needs="CreateEmailIdentity" onClick={() => setCreating(true)}>{w.newDomain}</Button>}
              link={<Link to="/explorer/CreateEmailIdentity">{d.callInExplorer('CreateEmailIdentity')}</Link>}
            >
              {w.emptyText}
            </Empty>
          )
        }
      </Await>
      {domains.data && domains.data.EmailIdentities.length > 0 && (
        <Section title={w.senders}>
          <SenderTable domain={undefined} verified />
        </Section>
      )}
      {creating && <CreateDialog onClose={() => setCreating(false)} />}
    </Page>
  );
}

function CreateDialog({ onClose }: { onClose: () => void }) {
  const w = useWords(words);
  const navigate = useNavigate();
  const [domain, setDomain] = useState('');
  const [key, setKey] = useState('1');
  const create = useAct('CreateEmailIdentity', { changes: ['ListEmailIdentities'] });
  const name = domain.trim().toLowerCase().replace(/\.$/, '');
  const params = { EmailIdentity: name, DKIMOption: Number(key) };
  return (
    <Dialog
      title={w.create.title}
      onClose={onClose}
      actions={
        <Button
          look="filled"
          type="submit"
          form="create-domain"
          disabled={name === '' || create.isPending}
          call={{ action: 'CreateEmailIdentity', params }}
        >
          {w.create.do}
        </Button>
      }
    >
      <form
        id="create-domain"
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate(params, { onSuccess: () => navigate(`/domains/${name}`) });
        }}
      >
        <TextField label={w.create.domain} required hint={w.create.hint} value={domain} onChange={setDomain} autoFocus />
        <SelectField
          label={w.create.key}
          value={key}
          onChange={setKey}
          options={[
            { value: '1', label: w.create.key1 },
            { value: '0', label: w.create.key0 },
          ]}
        />
        {create.error && <ErrorPanel title={w.create.title} error={create.error} />}
      </form>
    </Dialog>
  );
}
