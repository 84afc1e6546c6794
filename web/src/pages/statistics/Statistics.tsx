import { Download } from 'lucide-react';
import { Component, lazy, Suspense, useMemo, type ReactNode } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router-dom';

import { useCall } from '../../api/query';
import { showNumber, showShare } from '../../format/number';
import { Button, DataTable, Empty, FilteredEmpty, Note, Page, Section, Skeleton, TextField, type Column } from '../../parts';
import { Await } from '../../parts/Await';
import { SearchField } from '../../parts/SearchField';
import { Segments } from '../../parts/Segments';
import { dataWords } from '../../words/data';
import { useLanguage, useWords } from '../../words/words';
import { download } from '../download';
import { csvText } from '../csv';
import { addDays, isDay, today } from '../messages/model';
import { daysBetween, kDaysMax, kFields, rowsOf, seriesOf, type Field, type Row, type Volume } from './model';
import { words } from './words';

const DayChart = lazy(() => import('./DayChart'));

const kRanges = [7, 30, 90, 365] as const;
const kEveryMs = 30_000;
const kWideOnly: ReadonlySet<Field> = new Set([
  'RequestCount', 'OpenedCount', 'MachineOpenedCount', 'ClickedCount', 'UnsubscribeCount', 'AcceptedCount',
]);

/** When the chart's code cannot be loaded the page goes on without it. */
class ChartGuard extends Component<{ text: string; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <Note tone="warning" title={this.props.text} /> : this.props.children;
  }
}

export default function Statistics() {
  const w = useWords(words);
  const d = useWords(dataWords);
  const language = useLanguage();
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const given = (name: string, otherwise: string) => {
    const value = search.get(name) ?? '';
    return isDay(value) ? value : otherwise;
  };
  const end = given('end', today());
  const start = given('start', addDays(end, -29));
  const domain = search.get('domain') ?? '';
  const provider = search.get('provider') ?? '';
  const length = daysBetween(start, end);
  const valid = length >= 1 && length <= kDaysMax;
  const set = (changes: Readonly<Record<string, string>>) => {
    const next = new URLSearchParams(search);
    for (const [name, value] of Object.entries(changes)) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    setSearch(next, { replace: true });
  };
  const params = { StartDate: start, EndDate: end, Domain: domain || undefined, ReceivingMailboxType: provider || undefined };
  const report = useCall<{ DailyVolumes: Volume[]; OverallVolume: Volume }>('GetStatisticsReport', params, {
    enabled: valid,
    every: kEveryMs,
    pace: kEveryMs,
  });
  const tracking = useCall<{ DailyVolumes: { SendDate: string; MachineOpenedCount: number }[] }>('GetTrackingReport', params, {
    enabled: valid,
    every: kEveryMs,
    pace: kEveryMs,
  });
  const domains = useCall<{ EmailIdentities: { IdentityName: string }[] }>('ListEmailIdentities', { Offset: 0, Limit: 100 });
  const machines = useMemo(
    () => new Map((tracking.data?.DailyVolumes ?? []).map((one) => [one.SendDate, Number(one.MachineOpenedCount)])),
    [tracking.data],
  );
  const rows = useMemo(() => rowsOf(report.data?.DailyVolumes ?? [], machines), [report.data, machines]);
  const series = useMemo(() => seriesOf(rows, start, end), [rows, start, end]);
  const names = useMemo(() => ({ delivered: w.delivered, bounced: w.bounced, other: w.other }), [w]);
  const dayPath = (day: string) => `/messages?day=${day}`;
  const head = (field: Field | 'SendDate') => <abbr title={w.meaning[field]}>{w.column[field]}</abbr>;
  const columns: Column<Row>[] = [
    {
      key: 'day',
      head: head('SendDate'),
      cell: (row) => (
        <Link to={dayPath(row.SendDate)} className="row-name">
          {row.SendDate}
        </Link>
      ),
    },
    ...kFields.map(
      (field): Column<Row> => ({
        key: field,
        head: head(field),
        number: true,
        wideOnly: kWideOnly.has(field),
        cell: (row) =>
          Number(row[field]) > 0 ? (
            <Link to={dayPath(row.SendDate)} className="rows-link">
              {showNumber(Number(row[field]), language)}
            </Link>
          ) : (
            '0'
          ),
      }),
    ),
  ];
  const sum = (field: Field) => rows.reduce((total, row) => total + Number(row[field]), 0);
  const accepted = sum('AcceptedCount');
  const filter = [domain && `Domain=${domain}`, provider && `ReceivingMailboxType=${provider}`].filter(Boolean).join(', ');
  return (
    <Page
      title={w.title}
      actions={
        <Button
          icon={<Download size={16} aria-hidden />}
          disabled={rows.length === 0}
          onClick={() =>
            download(
              `statistics ${start} ${end}.csv`,
              csvText([['SendDate', ...kFields], ...rows.map((row) => [row.SendDate, ...kFields.map((field) => String(row[field]))])]),
            )
          }
        >
          {w.export}
        </Button>
      }
    >
      <div className="toolbar toolbar-fields">
        <Segments
          label={w.ranges}
          value={end === today() ? String(length) : ''}
          onChange={(value) => set({ start: addDays(today(), 1 - Number(value)), end: '' })}
          segments={kRanges.map((days) => ({ value: String(days), label: w.days(showNumber(days, language)) }))}
        />
        <TextField label={w.start} type="date" value={start} onChange={(value) => isDay(value) && set({ start: value })} />
        <TextField
          label={w.end}
          type="date"
          value={end}
          onChange={(value) => isDay(value) && set({ end: value })}
          error={valid ? undefined : w.badRange}
        />
        <select className="input" aria-label={w.domain} value={domain} onChange={(event) => set({ domain: event.target.value })}>
          <option value="">{`${w.domain}: ${w.anyDomain}`}</option>
          {(domains.data?.EmailIdentities ?? []).map((row) => (
            <option key={row.IdentityName} value={row.IdentityName}>
              {row.IdentityName}
            </option>
          ))}
        </select>
        <SearchField label={w.provider} hint={w.providerHint} maxLength={253} value={provider} onChange={(value) => set({ provider: value })} />
      </div>
      {valid && (
        <Await of={report} title={w.title} rows={8}>
          {() =>
            rows.length === 0 ? (
              filter !== '' ? (
                <FilteredEmpty
                  title={w.filteredEmpty}
                  clear={<Button onClick={() => set({ domain: '', provider: '' })}>{w.clearFilter}</Button>}
                >
                  {w.filteredText(filter)}
                </FilteredEmpty>
              ) : (
                <Empty
                  title={w.emptyTitle}
                  link={<Link to="/explorer/GetStatisticsReport">{d.callInExplorer('GetStatisticsReport')}</Link>}
                >
                  {w.emptyText}
                </Empty>
              )
            ) : (
              <>
                <Section title={w.chart} beside={w.chartNote}>
                  <ChartGuard text={w.chartFailed}>
                    <Suspense fallback={<Skeleton rows={6} waitingFor={w.loadingChart} />}>
                      <DayChart label={w.chart} names={names} series={series} onDay={(day) => navigate(dayPath(day))} />
                    </Suspense>
                  </ChartGuard>
                </Section>
                <Section title={w.table}>
                  <DataTable
                    caption={w.table}
                    columns={columns}
                    rows={rows}
                    rowKey={(row) => row.SendDate}
                    onOpen={(row) => navigate(dayPath(row.SendDate))}
                    sum={
                      <tr>
                        <td>{w.sum}</td>
                        {kFields.map((field) => (
                          <td key={field} className={kWideOnly.has(field) ? 'number wide-only' : 'number'}>
                            {showNumber(sum(field), language)}
                            {(field === 'DeliveredCount' || field === 'BounceCount') && showShare(sum(field), accepted) && (
                              <span className="grey small block">{w.share(showShare(sum(field), accepted) ?? '')}</span>
                            )}
                          </td>
                        ))}
                      </tr>
                    }
                  />
                </Section>
              </>
            )
          }
        </Await>
      )}
    </Page>
  );
}
