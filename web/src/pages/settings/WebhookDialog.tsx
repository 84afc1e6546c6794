import { useState } from 'react';

import { useAct, useCall } from '../../api/query';
import { Button, CheckField, ConfirmDialog, Dialog, ErrorPanel, SelectField, TextField, useToast } from '../../parts';
import { useWords } from '../../words/words';
import { Secret } from '../../parts/Secret';
import type { Webhook } from './Webhooks';
import { words } from './words';

const kEvents = ['delivered', 'dropped', 'bounce', 'open', 'click', 'spamreport', 'unsubscribe', 'deferred'] as const;
const kChanges = { changes: ['ListWebhooks', 'ListWebhookEvents'] };

/** Makes a webhook, changes it or deletes it; a new secret is shown once. */
export function WebhookDialog({ webhook, onClose }: { webhook: Webhook | undefined; onClose: () => void }) {
  const w = useWords(words);
  const toast = useToast();
  const [url, setUrl] = useState(webhook?.Url ?? '');
  const [address, setAddress] = useState(webhook?.Address ?? '');
  const [events, setEvents] = useState<ReadonlySet<string>>(new Set(webhook?.Events ?? kEvents));
  const [enabled, setEnabled] = useState(webhook?.Enabled ?? true);
  const [renew, setRenew] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const senders = useCall<{ EmailSenders: { EmailAddress: string }[] }>('ListEmailAddress', {}, { enabled: !webhook });
  const put = useAct<{ WebhookId: number; Secret?: string }>('PutWebhook', kChanges);
  const remove = useAct('DeleteWebhook', kChanges);
  if (put.data?.Secret) {
    return (
      <Dialog title={w.webhooks.saved} onClose={onClose} actions={<Button onClick={onClose}>{w.back}</Button>}>
        <Secret title={w.webhooks.secret} text={w.webhooks.secretText} values={[['Secret', put.data.Secret]]} />
      </Dialog>
    );
  }
  if (deleting && webhook) {
    return (
      <ConfirmDialog
        title={w.webhooks.deleteQuestion}
        action={w.webhooks.delete}
        danger
        busy={remove.isPending}
        call={{ action: 'DeleteWebhook', params: { Address: webhook.Address || undefined } }}
        onClose={() => setDeleting(false)}
        onConfirm={() =>
          remove.mutate(
            { Address: webhook.Address || undefined },
            {
              onSuccess: () => {
                toast(w.webhooks.deleted);
                onClose();
              },
            },
          )
        }
      >
        <p className="cell-text">
          <b>{webhook.Url}</b>
        </p>
        <p>{w.webhooks.deleteText}</p>
        {remove.error && <ErrorPanel title={w.webhooks.delete} error={remove.error} />}
      </ConfirmDialog>
    );
  }
  const params = {
    Address: address || undefined,
    Url: url.trim(),
    Events: kEvents.filter((event) => events.has(event)),
    Enabled: enabled,
    RenewSecret: renew || undefined,
  };
  const save = () =>
    put.mutate(params, {
      onSuccess: (answer) => {
        toast(w.webhooks.saved);
        if (!answer.Secret) onClose();
      },
    });
  return (
    <Dialog
      title={webhook ? w.webhooks.edit : w.webhooks.new}
      onClose={onClose}
      actions={
        <>
          {webhook && (
            <Button look="danger" needs="DeleteWebhook" onClick={() => setDeleting(true)}>
              {w.webhooks.delete}
            </Button>
          )}
          <Button
            look="filled"
            disabled={put.isPending || url.trim() === ''}
            reason={events.size === 0 ? w.webhooks.noEventChosen : undefined}
            call={{ action: 'PutWebhook', params }}
            onClick={save}
          >
            {w.webhooks.do}
          </Button>
        </>
      }
    >
      <TextField label={w.webhooks.url} type="url" required hint={w.webhooks.urlHint} value={url} onChange={setUrl} />
      {!webhook && (
        <SelectField
          label={w.webhooks.scope}
          value={address}
          onChange={setAddress}
          options={[
            { value: '', label: w.webhooks.account },
            ...(senders.data?.EmailSenders ?? []).map((sender) => ({ value: sender.EmailAddress, label: sender.EmailAddress })),
          ]}
        />
      )}
      <fieldset className="plain-fieldset check-grid">
        <legend className="small grey">{w.webhooks.events}</legend>
        {kEvents.map((event) => (
          <CheckField
            key={event}
            label={w.webhooks.event[event]}
            checked={events.has(event)}
            onChange={(on) => {
              const next = new Set(events);
              if (on) next.add(event);
              else next.delete(event);
              setEvents(next);
            }}
          />
        ))}
      </fieldset>
      <CheckField label={w.webhooks.enabled} checked={enabled} onChange={setEnabled} />
      {webhook && (
        <>
          <CheckField label={w.webhooks.renew} checked={renew} onChange={setRenew} />
          <p className="grey small">{w.webhooks.renewText}</p>
        </>
      )}
      {put.error && <ErrorPanel title={w.webhooks.do} error={put.error} />}
    </Dialog>
  );
}
