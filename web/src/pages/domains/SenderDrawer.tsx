import { CircleCheck, CircleDashed } from 'lucide-react';
import { useState } from 'react';

import { useAct, useCall } from '../../api/query';
import { Button, CheckField, ConfirmDialog, CopyButton, Drawer, ErrorPanel, Note, SelectField, StateMark, TextField, useToast } from '../../parts';
import { Await } from '../../parts/Await';
import { useWords } from '../../words/words';
import { keepsRule, kPasswordRules, newSmtpPassword, type Sender } from './model';
import { SubmissionCard } from './SubmissionCard';
import { words } from './words';

export interface UnsubscribeSetting {
  readonly Address: string;
  readonly UnsubscribeConfig: string;
  readonly Status: number;
}

/** What can be set for one sender: its SMTP password, its unsubscribe link, what is tracked. */
export function SenderDrawer(props: { sender: Sender; setting: UnsubscribeSetting | undefined; onClose: () => void }) {
  const w = useWords(words);
  const toast = useToast();
  const [deleting, setDeleting] = useState(false);
  const address = props.sender.EmailAddress;
  const remove = useAct('DeleteEmailAddress', { changes: ['ListEmailAddress', 'ListAddressUnsubscribeConfig'] });
  return (
    <Drawer title={address} onClose={props.onClose}>
      <Smtp sender={props.sender} />
      <Unsubscribe address={address} setting={props.setting} />
      <Tracking address={address} />
      <div className="form-actions">
        <Button look="danger" needs="DeleteEmailAddress" onClick={() => setDeleting(true)}>
          {w.sender.delete}
        </Button>
      </div>
      {deleting && (
        <ConfirmDialog
          title={w.sender.deleteQuestion}
          action={w.sender.delete}
          danger
          busy={remove.isPending}
          call={{ action: 'DeleteEmailAddress', params: { EmailAddress: address } }}
          onClose={() => setDeleting(false)}
          onConfirm={() =>
            remove.mutate(
              { EmailAddress: address },
              {
                onSuccess: () => {
                  toast(`${address}: ${w.sender.deleted}`);
                  props.onClose();
                },
              },
            )
          }
        >
          {w.sender.deleteText}
          {remove.error && <ErrorPanel title={w.sender.delete} error={remove.error} />}
        </ConfirmDialog>
      )}
    </Drawer>
  );
}

function Smtp({ sender }: { sender: Sender }) {
  const w = useWords(words);
  const [password, setPassword] = useState('');
  const save = useAct('UpdateEmailSmtpPassWord', { changes: ['ListEmailAddress'] });
  const params = { EmailAddress: sender.EmailAddress, Password: password };
  const good = kPasswordRules.every((rule) => keepsRule(password, rule));
  return (
    <section className="stack" aria-label={w.smtp.title}>
      <h3>{w.smtp.title}</h3>
      <p className="grey small">{w.smtp.text}</p>
      <SubmissionCard sender={sender} />
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (good) save.mutate(params);
        }}
      >
        <TextField
          label={w.smtp.password}
          mono
          autoComplete="new-password"
          value={password}
          onChange={(value) => {
            save.reset();
            setPassword(value);
          }}
        />
        <ul className="rule-list small">
          {kPasswordRules.map((rule) => {
            const kept = keepsRule(password, rule);
            return (
              <li key={rule}>
                <StateMark icon={kept ? CircleCheck : CircleDashed} tone={kept ? 'success' : 'neutral'}>
                  {w.smtp.rule[rule]}
                  <span className="visually-hidden"> {kept ? w.smtp.kept : w.smtp.open}</span>
                </StateMark>
              </li>
            );
          })}
        </ul>
        <div className="empty-actions">
          <Button type="submit" disabled={!good || save.isPending} call={{ action: 'UpdateEmailSmtpPassWord', params }}>
            {w.smtp.save}
          </Button>
          <Button look="text" onClick={() => setPassword(newSmtpPassword())}>
            {w.smtp.generate}
          </Button>
          {password !== '' && <CopyButton text={password} name={w.smtp.password} />}
        </div>
        {save.error && <ErrorPanel title={w.smtp.title} error={save.error} />}
        {save.isSuccess && <Note tone="success" title={w.smtp.saved} />}
      </form>
    </section>
  );
}

function Unsubscribe({ address, setting }: { address: string; setting: UnsubscribeSetting | undefined }) {
  const w = useWords(words);
  const toast = useToast();
  const [choice, setChoice] = useState(setting?.UnsubscribeConfig ?? '2');
  const [on, setOn] = useState(setting ? setting.Status === 1 : true);
  const changes = { changes: ['ListAddressUnsubscribeConfig'] };
  const create = useAct('CreateAddressUnsubscribeConfig', changes);
  const update = useAct('UpdateAddressUnsubscribeConfig', changes);
  const remove = useAct('DeleteAddressUnsubscribeConfig', changes);
  const save = setting ? update : create;
  const params = { Address: address, UnsubscribeConfig: choice, Status: on ? 1 : 0 };
  const error = save.error ?? remove.error;
  return (
    <section className="stack" aria-label={w.unsubscribe.title}>
      <h3>{w.unsubscribe.title}</h3>
      <p className="grey small">{w.unsubscribe.text}</p>
      <SelectField
        label={w.unsubscribe.choice}
        value={choice}
        onChange={setChoice}
        options={Object.entries(w.unsubscribe.choices).map(([value, label]) => ({ value, label }))}
      />
      <CheckField label={w.unsubscribe.on} checked={on} onChange={setOn} />
      <div className="empty-actions">
        <Button
          disabled={save.isPending}
          call={{ action: setting ? 'UpdateAddressUnsubscribeConfig' : 'CreateAddressUnsubscribeConfig', params }}
          onClick={() => save.mutate(params, { onSuccess: () => toast(w.unsubscribe.saved) })}
        >
          {w.unsubscribe.save}
        </Button>
        {setting && (
          <Button
            look="text"
            disabled={remove.isPending}
            call={{ action: 'DeleteAddressUnsubscribeConfig', params: { Address: address } }}
            onClick={() => remove.mutate({ Address: address })}
          >
            {w.unsubscribe.remove}
          </Button>
        )}
      </div>
      {error && <ErrorPanel title={w.unsubscribe.title} error={error} />}
    </section>
  );
}

type Level = 'on' | 'off' | 'inherit';

interface TrackingSetting {
  readonly Opens: Level;
  readonly Clicks: Level;
  readonly OpensTracked: boolean;
  readonly ClicksTracked: boolean;
}

function Tracking({ address }: { address: string }) {
  const w = useWords(words);
  const setting = useCall<TrackingSetting>('GetTrackingSetting', { Address: address });
  const update = useAct<TrackingSetting>('UpdateTrackingSetting', { changes: ['GetTrackingSetting'] });
  return (
    <section className="stack" aria-label={w.tracking.title}>
      <h3>{w.tracking.title}</h3>
      <p className="grey small">{w.tracking.text}</p>
      <Await of={setting} title={w.tracking.title} rows={2}>
        {(data) => {
          const options = (tracked: boolean) => [
            { value: 'inherit', label: w.tracking.inherit(tracked ? w.tracking.on : w.tracking.off) },
            { value: 'on', label: w.tracking.on },
            { value: 'off', label: w.tracking.off },
          ];
          return (
            <div className="form-pair">
              <SelectField
                label={w.tracking.opens}
                value={data.Opens}
                onChange={(value) => update.mutate({ Address: address, Opens: value })}
                options={options(data.OpensTracked)}
              />
              <SelectField
                label={w.tracking.clicks}
                value={data.Clicks}
                onChange={(value) => update.mutate({ Address: address, Clicks: value })}
                options={options(data.ClicksTracked)}
              />
            </div>
          );
        }}
      </Await>
      {update.error && <ErrorPanel title={w.tracking.title} error={update.error} />}
    </section>
  );
}
