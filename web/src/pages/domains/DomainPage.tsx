import { Download, RefreshCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router-dom';

import { useAct, useCall } from '../../api/query';
import { showNumber } from '../../format/number';
import { showShortTime } from '../../format/time';
import { Button, ConfirmDialog, Empty, ErrorPanel, LinkButton, Note, Page, SelectField, Tabs, useToast } from '../../parts';
import { Await } from '../../parts/Await';
import { FactLine } from '../../parts/Facts';
import { usePageKeys } from '../../parts/pageKeys';
import { useMay } from '../../shell/SessionContext';
import { useLanguage, useWords } from '../../words/words';
import { download } from '../download';
import { VerifiedMark } from './DomainList';
import { zoneFile, type DomainRow, type Identity, type Sender } from './model';
import { Records } from './Records';
import { SandboxMark } from './SandboxMark';
import { SenderTable } from './SenderTable';
import { onTrust, verdictsOf } from './servers';
import { kDeadlineMs, useDomainCheck } from './useDomainCheck';
import { words } from './words';
import { dataWords } from '../../words/data';

export function DomainPage({ name }: { name: string }) {
  const w = useWords(words);
  const identity = useCall<Identity>('GetEmailIdentity', { EmailIdentity: name });
  return (
    <Await
      of={identity}
      title={name}
      rows={8}
      onError={(error) =>
        /NotExistDomain|ResourceNotFound/.test(error.code) ? (
          <Page title={w.missing}>
            <Empty title={w.missingText(name)} action={<LinkButton to="/domains">{w.title}</LinkButton>} />
          </Page>
        ) : undefined
      }
    >
      {(data) => <Domain name={name} identity={data} />}
    </Await>
  );
}

function Domain({ name, identity }: { name: string; identity: Identity }) {
  const w = useWords(words);
  const d = useWords(dataWords);
  const language = useLanguage();
  const navigate = useNavigate();
  const toast = useToast();
  const may = useMay();
  const [search, setSearch] = useSearchParams();
  const [deleting, setDeleting] = useState(false);
  const [key, setKey] = useState(String(identity.DKIMOption));
  const tab = search.get('tab') ?? 'records';
  const check = useDomainCheck(name, may('CheckEmailIdentity'));
  const domains = useCall<{ EmailIdentities: DomainRow[] }>('ListEmailIdentities', { Offset: 0, Limit: 100 });
  const senders = useCall<{ EmailSenders: Sender[] }>('ListEmailAddress');
  const row = domains.data?.EmailIdentities.find((one) => one.IdentityName === name);
  const own = senders.data?.EmailSenders.filter((sender) => sender.EmailAddress.toLowerCase().endsWith(`@${name}`)) ?? [];
  const remove = useAct('DeleteEmailIdentity', { changes: ['ListEmailIdentities', 'GetEmailIdentity'] });
  const change = useAct('UpdateEmailIdentity', { changes: ['ListEmailIdentities', 'GetEmailIdentity'] });
  usePageKeys({ r: may('CheckEmailIdentity') ? check.check : undefined });
  const right = identity.Attributes.filter((record) => record.Status).length;
  const wrong = identity.Attributes.length - right;
  const checks = check.answer?.Records ?? [];
  const trusted = identity.Attributes.filter((record) => onTrust(record, verdictsOf(checks, record))).length;
  return (
    <Page
      crumbs={
        <>
          <Link to="/domains">{w.title}</Link> / {name}
        </>
      }
      title={name}
      beside={
        <>
          <VerifiedMark verified={identity.VerifiedForSendingStatus} />
          <span role="status">
            {check.checking
              ? w.checking
              : check.checkedAt &&
                `${w.checkedAt(showShortTime(check.checkedAt, language))}${check.nextIn !== undefined ? `, ${w.again(check.nextIn)}` : ''}`}
          </span>
        </>
      }
      actions={
        <>
          <Button
            icon={<RefreshCw size={16} aria-hidden />}
            hint="r"
            disabled={check.checking}
            call={may('CheckEmailIdentity') ? { action: 'CheckEmailIdentity', params: { EmailIdentity: name } } : undefined}
            reason={may('CheckEmailIdentity') ? undefined : w.mayNotCheck}
            onClick={check.check}
          >
            {w.check}
          </Button>
          <Button icon={<Download size={16} aria-hidden />} onClick={() => download(`${name}.zone`, zoneFile(identity.Attributes), 'text/dns')}>
            {w.export}
          </Button>
          <Button
            look="danger"
            icon={<Trash2 size={16} aria-hidden />}
            needs="DeleteEmailIdentity"
            reason={own.length > 0 ? w.deleteFirst : undefined}
            onClick={() => setDeleting(true)}
          >
            {w.delete}
          </Button>
        </>
      }
      facts={
        <FactLine
          facts={[
            row && [w.facts.level, String(row.CurrentReputationLevel)],
            row && [w.facts.quota, showNumber(row.DailyQuota, language)],
            [w.facts.key, w.keys[identity.DKIMOption as keyof typeof w.keys] ?? ''],
          ]}
        />
      }
    >
      {check.late && <Note tone="warning" title={w.checkLate(kDeadlineMs / 1000)} />}
      {check.error !== undefined && (
        <>
          {check.answer && check.answeredAt && <Note tone="warning" title={d.stale(showShortTime(check.answeredAt, language))} />}
          <ErrorPanel title={w.checkFailed} error={check.error} onRetry={check.check} />
        </>
      )}
      <Tabs
        label={w.tabs}
        value={tab}
        onChange={(next) => setSearch({ tab: next }, { replace: true })}
        tabs={[
          { key: 'records', label: w.tab.records },
          { key: 'senders', label: `${w.tab.senders} ${own.length || ''}`.trim() },
          { key: 'signing', label: w.tab.signing },
          { key: 'sandbox', label: w.tab.sandbox },
        ]}
      >
        {tab === 'records' && (
          <>
            <p>
              <b>{w.rightCount(right - trusted, identity.Attributes.length)}</b>{' '}
              <span className="grey">
                {identity.VerifiedForSendingStatus ? (wrong > 0 || trusted > 0 ? w.trusted : w.allRight) : w.notAll}
              </span>
            </p>
            <Records domain={name} records={identity.Attributes} answer={check.answer} />
          </>
        )}
        {tab === 'senders' && <SenderTable domain={name} verified={identity.VerifiedForSendingStatus} />}
        {tab === 'sandbox' && <SandboxMark name={name} marked={check.answer?.Sandbox} failed={!check.checking && check.checkedAt !== undefined} onChanged={check.check} />}
        {tab === 'signing' && (
          <div className="form-narrow">
            <p className="grey">{w.signingText}</p>
            <SelectField
              label={w.create.key}
              value={key}
              onChange={setKey}
              options={([0, 1, 2] as const).map((option) => ({ value: String(option), label: w.keys[option] }))}
            />
            <div className="form-actions">
              <Button
                disabled={change.isPending || key === String(identity.DKIMOption)}
                call={{ action: 'UpdateEmailIdentity', params: { EmailIdentity: name, DKIMOption: Number(key) } }}
                onClick={() =>
                  change.mutate({ EmailIdentity: name, DKIMOption: Number(key) }, { onSuccess: () => toast(w.changed) })
                }
              >
                {w.signingChange}
              </Button>
            </div>
            {change.error && <ErrorPanel title={w.tab.signing} error={change.error} />}
          </div>
        )}
      </Tabs>
      {deleting && (
        <ConfirmDialog
          title={w.deleteQuestion}
          action={w.delete}
          danger
          busy={remove.isPending}
          call={{ action: 'DeleteEmailIdentity', params: { EmailIdentity: name } }}
          onClose={() => setDeleting(false)}
          onConfirm={() =>
            remove.mutate(
              { EmailIdentity: name },
              {
                onSuccess: () => {
                  toast(w.deleted);
                  navigate('/domains');
                },
              },
            )
          }
        >
          <p>
            <b>{name}</b>. {w.deleteText}
          </p>
          {remove.error && <ErrorPanel title={w.delete} error={remove.error} />}
        </ConfirmDialog>
      )}
    </Page>
  );
}
