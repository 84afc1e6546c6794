import { useSearchParams } from 'react-router-dom';

import { Page, Section, Tabs } from '../../parts';
import { useWords } from '../../words/words';
import { CanIMail } from './CanIMail';
import { Complaints } from './Complaints';
import { CustomList } from './CustomList';
import { HardBounces } from './HardBounces';
import { Unsubscribed } from './Unsubscribed';
import { words } from './words';

/** Everything that keeps mail from a person, with one question over all of it. */
export default function Blocks() {
  const w = useWords(words);
  const [search, setSearch] = useSearchParams();
  const tab = search.get('list') ?? 'automatic';
  const show = (list: string) => {
    const next = new URLSearchParams(search);
    next.set('list', list);
    next.delete('from');
    next.delete('find');
    setSearch(next, { replace: true });
  };
  return (
    <Page title={w.title}>
      <CanIMail />
      <Section title={w.lists}>
        <Tabs
          label={w.lists}
          value={tab}
          onChange={show}
          tabs={(['automatic', 'custom', 'unsubscribed', 'complaints'] as const).map((key) => ({ key, label: w.tab[key] }))}
        >
          {tab === 'automatic' && <HardBounces />}
          {tab === 'custom' && <CustomList />}
          {tab === 'unsubscribed' && <Unsubscribed />}
          {tab === 'complaints' && <Complaints />}
        </Tabs>
      </Section>
    </Page>
  );
}
