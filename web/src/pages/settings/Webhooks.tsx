import { CircleCheck, CirclePause, Plus } from 'lucide-react';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router-dom';

import { useCall } from '../../api/query';
import { fromBeijing } from '../../format/time';
import { Button, DataTable, Empty, StateMark, Time, type Column } from '../../parts';
import { Await } from '../../parts/Await';
import { Count } from '../../parts/Count';
import { dataWords } from '../../words/data';
import { useWords } from '../../words/words';
import { WebhookDialog } from './WebhookDialog';
import { WebhookEvents } from './WebhookEvents';
import { words } from './words';

export interface Webhook {
  readonly WebhookId: number | bigint;
  readonly Address: string;
  readonly Url: string;
  readonly Events: readonly string[];
  readonly Enabled: boolean;
  readonly WaitingCount: number;
  readonly CreateTime: string;
}

/** Where the events of mails are posted, and what became of each. */
export function Webhooks() {
  const w = useWords(words);
  const d = useWords(dataWords);
  const [search, setSearch] = useSearchParams();
  const [editing, setEditing] = useState<Webhook | 'new'>();
  const webhooks = useCall<{ Data: Webhook[] }>('ListWebhooks', { Offset: 0, Limit: 100 }, { every: 5_000 });
  const chosen = search.get('webhook');
  const open = (webhook: Webhook) => setSearch({ tab: 'webhooks', webhook: String(webhook.WebhookId) });
  const columns: Column<Webhook>[] = [
    {
      key: 'url',
      head: w.column.url,
      cell: (webhook) => (
        <Link to={`/settings?tab=webhooks&webhook=${webhook.WebhookId}`} className="row-name">
          {webhook.Url}
        </Link>
      ),
    },
    { key: 'scope', head: w.column.scope, wideOnly: true, cell: (webhook) => webhook.Address || w.webhooks.account },
    {
      key: 'events',
      head: w.column.events,
      wideOnly: true,
      cell: (webhook) => webhook.Events.map((event) => w.webhooks.event[event as keyof typeof w.webhooks.event] ?? event).join(', '),
    },
    {
      key: 'state',
      head: w.column.state,
      cell: (webhook) => (
        <StateMark icon={webhook.Enabled ? CircleCheck : CirclePause} tone={webhook.Enabled ? 'success' : 'neutral'}>
          {webhook.Enabled ? w.on : w.off}
        </StateMark>
      ),
    },
    {
      key: 'waiting',
      head: w.column.waiting,
      number: true,
      wideOnly: true,
      cell: (webhook) => (
        <Count
          n={Number(webhook.WaitingCount)}
          to={`/settings?tab=webhooks&webhook=${webhook.WebhookId}&state=waiting`}
          label={w.column.waiting}
        />
      ),
    },
    { key: 'created', head: w.column.created, number: true, wideOnly: true, cell: (webhook) => <Time at={fromBeijing(webhook.CreateTime)} /> },
    {
      key: 'act',
      head: w.column.act,
      number: true,
      cell: (webhook) => (
        <Button small needs="PutWebhook" aria-label={`${w.webhooks.edit}: ${webhook.Url}`} onClick={() => setEditing(webhook)}>
          {w.webhooks.edit}
        </Button>
      ),
    },
  ];
  const add = (
    <Button icon={<Plus size={16} aria-hidden />} needs="PutWebhook" onClick={() => setEditing('new')}>
      {w.webhooks.new}
    </Button>
  );
  return (
    <>
      <Await of={webhooks} title={w.tab.webhooks} rows={3}>
        {(data) => {
          const shown = data.Data.find((webhook) => String(webhook.WebhookId) === chosen);
          return data.Data.length > 0 ? (
            <>
              <div className="toolbar">
                <span className="toolbar-end">{add}</span>
              </div>
              <DataTable
                caption={w.tab.webhooks}
                columns={columns}
                rows={data.Data}
                rowKey={(webhook) => String(webhook.WebhookId)}
                onOpen={open}
              />
              {shown && <WebhookEvents key={chosen} webhook={shown} />}
            </>
          ) : (
            <Empty
              title={w.webhooks.emptyTitle}
              action={add}
              link={<Link to="/explorer/PutWebhook">{d.callInExplorer('PutWebhook')}</Link>}
            >
              {w.webhooks.emptyText}
            </Empty>
          );
        }}
      </Await>
      {editing && <WebhookDialog webhook={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />}
    </>
  );
}
