import { useState } from 'react';

import { useAct } from '../../api/query';
import { Button, ErrorPanel, Note, Section, SelectField, TextField } from '../../parts';
import { useWords } from '../../words/words';
import { words } from './words';

const kEvents = ['hard_bounce', 'soft_bounce', 'open', 'click', 'complaint', 'unsubscribe', 'delivered'] as const;
type Event = (typeof kEvents)[number];

/** Everything that shows what became of mails may change with an event. */
const kChanges = [
  'GetMail', 'GetSendEmailStatus', 'ListReturnedMails', 'ListBlackEmailAddress', 'ListUnsubscribes', 'GetAbuseReport',
  'CheckRecipient', 'GetStatisticsReport', 'ListWebhookEvents',
];

/** Lets an event happen to a mail that lies in the sandbox inbox, as it would in real life. */
export function Simulator({ id, to }: { id: string; to: string }) {
  const w = useWords(words);
  const [event, setEvent] = useState<Event>('hard_bounce');
  const [reply, setReply] = useState('');
  const [link, setLink] = useState('');
  const simulate = useAct('SimulateMailEvent', { changes: kChanges });
  const bounces = event === 'hard_bounce' || event === 'soft_bounce';
  const params = {
    MessageId: id,
    ToEmailAddress: to,
    Event: event,
    Reply: bounces && reply.trim() !== '' ? reply.trim() : undefined,
    Link: event === 'click' && link.trim() !== '' ? link.trim() : undefined,
  };
  return (
    <Section title={w.simulate.title} beside={w.simulate.note}>
      <form
        className="stack"
        onSubmit={(submit) => {
          submit.preventDefault();
          simulate.mutate(params);
        }}
      >
        <SelectField
          label={w.simulate.event}
          value={event}
          onChange={(value) => {
            simulate.reset();
            setEvent(value as Event);
          }}
          options={kEvents.map((value) => ({ value, label: w.simulate.events[value] }))}
        />
        {bounces && <TextField label={w.simulate.reply} hint={w.simulate.replyHint} mono value={reply} onChange={setReply} />}
        {event === 'click' && <TextField label={w.simulate.link} type="url" mono value={link} onChange={setLink} />}
        <div className="empty-actions">
          <Button type="submit" disabled={simulate.isPending} call={{ action: 'SimulateMailEvent', params }}>
            {w.simulate.do}
          </Button>
        </div>
        {simulate.error && <ErrorPanel title={w.simulate.title} error={simulate.error} />}
        {simulate.isSuccess && <Note tone="success" title={w.simulate.done} />}
      </form>
    </Section>
  );
}
