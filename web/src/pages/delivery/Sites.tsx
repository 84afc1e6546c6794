import { RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router-dom';

import { useAct, useCall } from '../../api/query';
import { showNumber } from '../../format/number';
import { fromBeijing } from '../../format/time';
import { Button, DataTable, Empty, ErrorPanel, FilteredEmpty, Note, Section, StateMark, Time, useToast, type Column } from '../../parts';
import { Await } from '../../parts/Await';
import { SearchField } from '../../parts/SearchField';
import { Segments } from '../../parts/Segments';
import { dataWords } from '../../words/data';
import { useLanguage, useWords } from '../../words/words';
import { useRange } from '../useRange';
import { Holds } from './Holds';
import { kHoldChanges, kSiteLooks, kSiteStates, nameOfSite, type Site, type SiteState } from './siteModel';
import { siteWords } from './siteWords';

const kPage = 50;
const kEveryMs = 2_000;
const kOrders = ['waiting', 'rate', 'until'] as const;

/** The receiving servers that have mail, what they take at the moment, and what they said when they took less. */
export function Sites() {
  const w = useWords(siteWords);
  const d = useWords(dataWords);
  const [search, setSearch] = useSearchParams();
  const range = useRange(kPage);
  const provider = search.get('provider') ?? '';
  const state = kSiteStates.find((one) => one === search.get('state'));
  const order = kOrders.find((one) => one === search.get('order')) ?? 'waiting';
  const sites = useCall<{ TotalCount: number; Data: Site[] }>(
    'ListDeliverySites',
    { Provider: provider || undefined, State: state, Order: order, Offset: range.offset, Limit: kPage },
    { every: kEveryMs },
  );
  const filter = (changes: Readonly<Record<string, string>>) => {
    const next = new URLSearchParams(search);
    for (const [key, value] of Object.entries(changes)) {
      if (value) next.set(key, value);
      else next.delete(key);
    }
    next.delete('from');
    setSearch(next, { replace: true });
  };
  const reload = useReload();
  const filteredBy = [provider, state && w.states[state]].filter(Boolean).join(', ');
  return (
    <>
      <Section title={w.sites} beside={w.note} actions={reload.button}>
        {reload.faults}
        <div className="toolbar">
          <SearchField label={w.provider} value={provider} maxLength={100} onChange={(value) => filter({ provider: value })} />
          <select className="input" aria-label={w.column.state} value={state ?? ''} onChange={(event) => filter({ state: event.target.value })}>
            <option value="">{w.everyState}</option>
            {kSiteStates.map((one) => (
              <option key={one} value={one}>
                {w.states[one]}
              </option>
            ))}
          </select>
          <Segments
            label={w.order}
            value={order}
            onChange={(value) => filter({ order: value === 'waiting' ? '' : value })}
            segments={kOrders.map((value) => ({ value, label: w.orders[value] }))}
          />
        </div>
        <Await of={sites} title={w.sites} rows={6}>
          {(data) =>
            data.Data.length > 0 ? (
              <SiteTable sites={data.Data} paging={range.paging(Number(data.TotalCount), data.Data.length)} />
            ) : filteredBy !== '' ? (
              <FilteredEmpty title={w.noneMatch} clear={<Button onClick={() => filter({ provider: '', state: '' })}>{d.clearFilter}</Button>}>
                {filteredBy}
              </FilteredEmpty>
            ) : (
              <Empty title={w.none} link={<Link to="/explorer/ListDeliverySites">{d.callInExplorer('ListDeliverySites')}</Link>}>
                {w.noneText}
              </Empty>
            )
          }
        </Await>
      </Section>
      <Holds />
    </>
  );
}

export function SiteTable({ sites, paging }: { sites: readonly Site[]; paging?: ReturnType<ReturnType<typeof useRange>['paging']> | undefined }) {
  const w = useWords(siteWords);
  const language = useLanguage();
  const n = (value: number) => showNumber(value, language);
  const columns: Column<Site>[] = [
    { key: 'site', head: w.column.site, cell: (site) => <SiteName site={site} /> },
    { key: 'state', head: w.column.state, cell: (site) => <SiteMark state={site.State} /> },
    { key: 'until', head: w.column.until, wideOnly: true, cell: (site) => <Time at={fromBeijing(site.UntilTime)} /> },
    {
      key: 'connections',
      head: w.column.connections,
      number: true,
      wideOnly: true,
      cell: (site) => w.of(n(site.PathConnections), n(site.ConnectionsAllowed)),
    },
    {
      key: 'rate',
      head: w.column.rate,
      number: true,
      wideOnly: true,
      cell: (site) => w.of(n(site.MailsPerHour), n(site.MailsPerHourAllowed)),
    },
    { key: 'ready', head: w.column.ready, number: true, wideOnly: true, cell: (site) => n(site.MailCount) },
    { key: 'underWay', head: w.column.underWay, number: true, wideOnly: true, cell: (site) => n(site.UnderWayCount) },
    {
      key: 'hour',
      head: w.column.hour,
      wideOnly: true,
      cell: (site) => <span className="small">{w.hour(n(site.DeliveredCount), n(site.DeferredCount), n(site.RefusedCount))}</span>,
    },
  ];
  return (
    <DataTable
      caption={w.sites}
      columns={columns}
      rows={[...sites]}
      rowKey={(site) => `${site.Site} ${site.Destination} ${site.Path}`}
      tone={(site) => (site.State === 'held' ? 'warning' : site.State === 'down' ? 'error' : undefined)}
      below={whyOf}
      paging={paging}
    />
  );
}

function SiteName({ site }: { site: Site }) {
  const w = useWords(siteWords);
  const name = nameOfSite(site);
  const others = site.Hosts.length - 1;
  return (
    <span title={site.Path}>
      <b className="cell-text">{name}</b>
      <span className="grey small block cell-text">
        {site.Hosts[0] !== name && site.Hosts[0]} {others > 0 && <span title={site.Hosts.join('\n')}>{w.moreHosts(others)}</span>}{' '}
        {site.Provider === '' && w.noProvider}
      </span>
    </span>
  );
}

export function SiteMark({ state }: { state: SiteState }) {
  const w = useWords(siteWords);
  const [icon, tone] = kSiteLooks[state] ?? kSiteLooks.untried;
  return (
    <StateMark icon={icon} tone={tone} title={state}>
      {w.states[state] ?? state}
    </StateMark>
  );
}

/** What explains a row of sites or holds; undefined: nothing does. */
export function whyOf({ Rule, Reply }: { readonly Rule: string; readonly Reply: string }): ReactNode {
  return Rule === '' && Reply === '' ? undefined : <Why rule={Rule} reply={Reply} />;
}

/** The rule and the reply that slowed or held something. */
export function Why({ rule, reply }: { rule: string; reply: string }) {
  const w = useWords(siteWords);
  if (rule === '' && reply === '') return null;
  return (
    <span className="small queue-below">
      {reply !== '' && <code>{reply}</code>}
      {rule !== '' && <span className="grey">{w.byRule(rule)}</span>}
    </span>
  );
}

/** The button that reads the files of rules again, and their faults when the old rules stay. */
function useReload(): { button: ReactNode; faults: ReactNode } {
  const w = useWords(siteWords);
  const toast = useToast();
  const reload = useAct<{ Reloaded: boolean; Faults: string[] }>('ReloadDeliveryRules', { changes: kHoldChanges });
  const button = (
    <Button
      icon={<RefreshCw size={16} aria-hidden />}
      disabled={reload.isPending}
      call={{ action: 'ReloadDeliveryRules', params: {} }}
      onClick={() => reload.mutate({}, { onSuccess: (answer) => answer.Reloaded && toast(w.reloaded) })}
    >
      {w.reload}
    </Button>
  );
  const faults = (
    <>
      {reload.error && <ErrorPanel title={w.reload} error={reload.error} />}
      {reload.data && !reload.data.Reloaded && (
        <Note tone="error" title={w.reloadFaults}>
          {reload.data.Faults.map((fault) => (
            <code key={fault} className="block cell-text">
              {fault}
            </code>
          ))}
        </Note>
      )}
    </>
  );
  return { button, faults };
}
