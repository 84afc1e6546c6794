import type { ComponentType } from 'react';
import { Link, Route, Routes, useSearchParams } from 'react-router-dom';

import { useCall } from '../../api/query';
import { Note, Page, Section, Tabs } from '../../parts';
import { useConsole, useMay } from '../../shell/SessionContext';
import { useWords } from '../../words/words';
import { Health, type Check } from '../settings/Health';
import { QueuePage } from './QueuePage';
import { Queues } from './Queues';
import { ReturnedMails } from './ReturnedMails';
import { Sites } from './Sites';
import { WaitingTasks } from './WaitingTasks';
import { words } from './words';

const kChecks: ReadonlySet<string> = new Set(['held', 'relay', 'backlog']);
const kHealthEveryMs = 10_000;

interface Place {
  key: keyof typeof words.en.tab;
  /** The action without which the tab has nothing to show. */
  reads: string;
  /** Only where mail is handed to the receiving servers themselves. */
  direct?: boolean;
  shows: ComponentType;
}

const kTabs: readonly Place[] = [
  { key: 'queues', reads: 'ListDeliveryQueues', shows: Queues },
  { key: 'sites', reads: 'ListDeliverySites', direct: true, shows: Sites },
  { key: 'tasks', reads: 'ListSendTasks', shows: WaitingTasks },
  { key: 'returned', reads: 'ListReturnedMails', shows: ReturnedMails },
  { key: 'state', reads: 'GetHealth', shows: State },
];

/** How mail leaves this server, and what holds it back. */
export default function Delivery() {
  return (
    <Routes>
      <Route index element={<WayOut />} />
      <Route path="queues/:domain" element={<QueuePage />} />
    </Routes>
  );
}

function State() {
  const w = useWords(words);
  return (
    <Section title={w.state} beside={w.stateNote}>
      <Health only={kChecks} />
    </Section>
  );
}

/** What is wrong with the way out: that stands above everything else. */
function Troubles() {
  const may = useMay();
  const health = useCall<{ Checks: Check[] }>('GetHealth', {}, { every: kHealthEveryMs, enabled: may('GetHealth') });
  const wrong = (health.data?.Checks ?? []).filter((check) => kChecks.has(check.Name) && check.State !== 'ok');
  return (
    <>
      {wrong.map((check) => (
        <Note key={check.Name} tone={check.State === 'error' ? 'error' : 'warning'} title={check.Text}>
          {check.Detail}
        </Note>
      ))}
    </>
  );
}

function WayOut() {
  const w = useWords(words);
  const { session } = useConsole();
  const may = useMay();
  const [search, setSearch] = useSearchParams();
  const tabs = kTabs.filter(({ reads, direct }) => may(reads) && (!direct || session.mode === 'direct'));
  const shown = tabs.find(({ key }) => key === search.get('tab')) ?? tabs[0];
  return (
    <Page title={w.title}>
      <Note tone="info" title={w.mode[session.mode]} action={session.mode === 'sandbox' ? <Link to="/inbox">{w.toInbox}</Link> : undefined} />
      <Troubles />
      {shown && (
        <Tabs
          label={w.parts}
          value={shown.key}
          onChange={(next) => setSearch({ tab: next }, { replace: true })}
          tabs={tabs.map(({ key }) => ({ key, label: w.tab[key] }))}
        >
          <shown.shows />
        </Tabs>
      )}
    </Page>
  );
}
