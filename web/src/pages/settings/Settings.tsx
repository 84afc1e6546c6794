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

const kTabs = ['keys', 'webhooks', 'users', 'you', 'accounts', 'audit', 'limits', 'health'] as const;

/** Rights, connections and the health of the installation. */
export default function Settings() {
  const w = useWords(words);
  const [search, setSearch] = useSearchParams();
  const tab = search.get('tab') ?? 'keys';
  const may = useMay();
  const tabs = kTabs.filter((key) => key !== 'accounts' || may('ListAccounts'));
  return (
    <Page title={w.title}>
      <Tabs
        label={w.parts}
        value={tab}
        onChange={(next) => setSearch({ tab: next }, { replace: true })}
        tabs={tabs.map((key) => ({ key, label: w.tab[key] }))}
      >
        {tab === 'keys' && <Keys />}
        {tab === 'webhooks' && <Webhooks />}
        {tab === 'users' && <Users />}
        {tab === 'you' && <You />}
        {tab === 'accounts' && <Accounts />}
        {tab === 'audit' && <Audit />}
        {tab === 'limits' && <Limits />}
        {tab === 'health' && <Health />}
      </Tabs>
    </Page>
  );
}
