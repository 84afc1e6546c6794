import type { ComponentType } from 'react';
import { useSearchParams } from 'react-router-dom';

import { Page, Tabs } from '../../parts';
import { useMay } from '../../shell/SessionContext';
import { useWords } from '../../words/words';
import { Accounts } from './Accounts';
import { Audit } from './Audit';
import { Health } from './Health';
import { Keys } from './Keys';
import { Limits } from './Limits';
import { Users } from './Users';
import { Webhooks } from './Webhooks';
import { words } from './words';
import { You } from './You';

interface Place {
  key: keyof typeof words.en.tab;
  /** The action without which the tab has nothing to show. */
  reads?: string;
  shows: ComponentType;
}

const kTabs: readonly Place[] = [
  { key: 'keys', reads: 'ListCredentials', shows: Keys },
  { key: 'webhooks', reads: 'ListWebhooks', shows: Webhooks },
  { key: 'users', reads: 'ListUsers', shows: Users },
  { key: 'you', shows: You },
  { key: 'accounts', reads: 'ListAccounts', shows: Accounts },
  { key: 'audit', reads: 'ListAuditEntries', shows: Audit },
  { key: 'limits', reads: 'GetLimits', shows: Limits },
  { key: 'health', reads: 'GetHealth', shows: Health },
];

/** Rights, connections and the health of the installation. */
export default function Settings() {
  const w = useWords(words);
  const [search, setSearch] = useSearchParams();
  const may = useMay();
  const tabs = kTabs.filter(({ reads }) => reads === undefined || may(reads));
  // One's own log-in is always there. An address of a tab that the person may not read shows the first one.
  const shown = tabs.find(({ key }) => key === search.get('tab')) ?? tabs[0]!;
  return (
    <Page title={w.title}>
      <Tabs
        label={w.parts}
        value={shown.key}
        onChange={(next) => setSearch({ tab: next }, { replace: true })}
        tabs={tabs.map(({ key }) => ({ key, label: w.tab[key] }))}
      >
        <shown.shows />
      </Tabs>
    </Page>
  );
}
