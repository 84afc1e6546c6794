import { CircleCheck, CircleX, Clock, type LucideIcon } from 'lucide-react';
import { useState } from 'react';
import { useSearchParams } from 'react-router-dom';

import { useAct, useCall } from '../../api/query';
import { fromBeijing } from '../../format/time';
import { Button, DataTable, Empty, ErrorPanel, FilteredEmpty, Section, StateMark, Time, useToast, type Column, type Tone } from '../../parts';
import { Await } from '../../parts/Await';
import { Segments } from '../../parts/Segments';
import { useWords } from '../../words/words';
import { useRange } from '../useRange';
import type { Webhook } from './Webhooks';
import { words } from './words';

type State = 'waiting' | 'accepted' | 'given_up';

interface Event {
  readonly EventId: number | bigint;
  readonly Event: string;
  readonly State: State;
  readonly Attempts: number;
  readonly QueueTime: string;
  readonly NextAttemptTime: string;
  readonly Answer: string;
  readonly Body: string;
}

const kPage = 20;
const kStates: readonly State[] = ['waiting', 'accepted', 'given_up'];
const kMarks: Readonly<Record<State, readonly [LucideIcon, Tone]>> = {
  waiting: [Clock, 'warning'],
  accepted: [CircleCheck, 'success'],
  given_up: [CircleX, 'error'],
};

/** A body as it is read best; what is no JSON stays as it is. */
function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** The events of a webhook with the answer to each, and the way to post them again. */
export function WebhookEvents({ webhook }: { webhook: Webhook }) {
  const w = useWords(words);
  const toast = useToast();
  const [search, setSearch] = useSearchParams();
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const state = search.get('state') ?? '';
  const range = useRange(kPage);
  const events = useCall<{ TotalCount: number; Data: Event[] }>(
    'ListWebhookEvents',
    { WebhookId: webhook.WebhookId, State: state || undefined, Offset: range.offset, Limit: kPage },
    { every: 5_000 },
  );
  const again = useAct<{ Count: number }>('RedeliverWebhookEvents', { changes: ['ListWebhookEvents', 'ListWebhooks'] });
  const redelivery = (id?: number | bigint) => {
    const params = { WebhookId: webhook.WebhookId, EventIds: id === undefined ? undefined : [id] };
    return {
      disabled: again.isPending,
      call: { action: 'RedeliverWebhookEvents', params },
      onClick: () => again.mutate(params, { onSuccess: (answer) => toast(w.webhooks.redelivered(Number(answer.Count))) }),
    };
  };
  const filter = (value: string) => {
    const next = new URLSearchParams(search);
    if (value) next.set('state', value);
    else next.delete('state');
    next.delete('from');
    setSearch(next, { replace: true });
  };
  const toggle = (id: string) => {
    const next = new Set(opened);
    if (!next.delete(id)) next.add(id);
    setOpened(next);
  };
  const columns: Column<Event>[] = [
    {
      key: 'state',
      head: w.column.state,
      cell: (event) => {
        const [icon, tone] = kMarks[event.State] ?? kMarks.waiting;
        return (
          <StateMark icon={icon} tone={tone}>
            {w.webhooks.state[event.State] ?? event.State}
          </StateMark>
        );
      },
    },
    {
      key: 'event',
      head: w.column.event,
      cell: (event) => (
        <button
          type="button"
          className="link-button row-name"
          aria-expanded={opened.has(String(event.EventId))}
          onClick={() => toggle(String(event.EventId))}
        >
          {w.webhooks.event[event.Event as keyof typeof w.webhooks.event] ?? event.Event}
        </button>
      ),
    },
    { key: 'queued', head: w.column.queued, wideOnly: true, cell: (event) => <Time at={fromBeijing(event.QueueTime)} /> },
    { key: 'attempts', head: w.column.attempts, number: true, wideOnly: true, cell: (event) => String(event.Attempts) },
    { key: 'answer', head: w.column.answer, wideOnly: true, cell: (event) => <code className="cell-text">{event.Answer}</code> },
    { key: 'next', head: w.column.next, wideOnly: true, cell: (event) => <Time at={fromBeijing(event.NextAttemptTime)} /> },
    {
      key: 'act',
      head: w.column.act,
      number: true,
      cell: (event) =>
        event.State === 'waiting' ? null : (
          <Button small aria-label={w.webhooks.redeliverOne(String(event.EventId))} {...redelivery(event.EventId)}>
            {w.webhooks.redeliver}
          </Button>
        ),
    },
  ];
  return (
    <Section title={w.webhooks.log} beside={webhook.Url}>
      <div className="toolbar">
        <Segments
          label={w.webhooks.states}
          value={state}
          onChange={filter}
          segments={[{ value: '', label: w.webhooks.all }, ...kStates.map((value) => ({ value, label: w.webhooks.state[value] }))]}
        />
        <span className="toolbar-end">
          <Button {...redelivery()}>
            {w.webhooks.redeliverFailed}
          </Button>
        </span>
      </div>
      {again.error && <ErrorPanel title={w.webhooks.redeliver} error={again.error} />}
      <Await of={events} title={w.webhooks.log} rows={6}>
        {(data) =>
          data.Data.length > 0 ? (
            <DataTable
              caption={w.webhooks.open(webhook.Url)}
              columns={columns}
              rows={data.Data}
              rowKey={(event) => String(event.EventId)}
              onOpen={(event) => toggle(String(event.EventId))}
              below={(event) =>
                opened.has(String(event.EventId)) ? <pre className="reply">{pretty(event.Body)}</pre> : undefined
              }
              paging={range.paging(Number(data.TotalCount), data.Data.length)}
            />
          ) : state !== '' ? (
            <FilteredEmpty title={w.webhooks.noneInState} clear={<Button onClick={() => filter('')}>{w.webhooks.all}</Button>} />
          ) : (
            <Empty title={w.webhooks.noEvents}>{w.webhooks.noEventsText}</Empty>
          )
        }
      </Await>
    </Section>
  );
}
