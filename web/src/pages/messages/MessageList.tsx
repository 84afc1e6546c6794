import { ChevronLeft, ChevronRight, MailPlus } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router-dom';

import { call } from '../../api/call';
import { useCall } from '../../api/query';
import { fromBeijing, fromUnix, showTime } from '../../format/time';
import { Button, DataTable, Empty, ErrorPanel, FilteredEmpty, IconButton, Page, Time, type Column } from '../../parts';
import { Await } from '../../parts/Await';
import { MailState } from '../../parts/MailState';
import { usePageKeys } from '../../parts/pageKeys';
import { SearchField } from '../../parts/SearchField';
import { dataWords } from '../../words/data';
import { useLanguage, useWords } from '../../words/words';
import { TestDialog } from '../tasks/TestDialog';
import { useRange } from '../useRange';
import { addDays, dayOf, isDay, today, type MailRow } from './model';
import { words } from './words';

const kPage = 50;
/** So far the API looks back. */
const kDaysMax = 30;

export function MessageList() {
  const w = useWords(words);
  const d = useWords(dataWords);
  const language = useLanguage();
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const id = search.get('id') ?? '';
  const to = search.get('to') ?? '';
  const given = search.get('day') ?? '';
  const day = isDay(given) ? given : (dayOf(id) ?? today());
  const sending = search.get('send') !== null;
  const range = useRange(kPage);
  const set = (changes: Readonly<Record<string, string | undefined>>) => {
    const next = new URLSearchParams(search);
    for (const [key, value] of Object.entries(changes)) {
      if (value) next.set(key, value);
      else next.delete(key);
    }
    if (!('from' in changes)) next.delete('from');
    setSearch(next, { replace: true });
  };
  const mails = useCall<{ EmailStatusList: MailRow[] }>(
    'GetSendEmailStatus',
    {
      RequestDate: day,
      Offset: range.offset,
      // One more than shown tells whether there is a next page: the API counts no total.
      Limit: kPage + 1,
      MessageId: id || undefined,
      ToEmailAddress: to || undefined,
    },
    { every: day === today() ? 5_000 : undefined },
  );
  const rows = (mails.data?.EmailStatusList ?? []).slice(0, kPage);
  const hasMore = (mails.data?.EmailStatusList.length ?? 0) > kPage;
  const pathOf = (row: MailRow) =>
    `/messages/${encodeURIComponent(row.MessageId)}?to=${encodeURIComponent(row.ToEmailAddress)}&day=${day}`;
  usePageKeys({
    n: () => set({ send: '1' }),
    '[': day > addDays(today(), -kDaysMax) ? () => set({ day: addDays(day, -1) }) : undefined,
    ']': day < today() ? () => set({ day: addDays(day, 1) }) : undefined,
  });
  const columns: Column<MailRow>[] = [
    { key: 'time', head: w.column.time, cell: (row) => <Time at={fromUnix(row.RequestTime)} />, wideOnly: true },
    {
      key: 'recipient',
      head: w.column.recipient,
      cell: (row) => (
        <Link to={pathOf(row)} className="row-name">
          {row.ToEmailAddress}
        </Link>
      ),
    },
    { key: 'sender', head: w.column.sender, wideOnly: true, cell: (row) => row.FromEmailAddress },
    { key: 'state', head: w.column.state, cell: (row) => <MailState send={Number(row.SendStatus)} deliver={Number(row.DeliverStatus)} /> },
    {
      key: 'reason',
      head: w.column.reason,
      wideOnly: true,
      cell: (row) => <code className="cell-text grey">{row.DeliverMessage}</code>,
    },
    {
      key: 'seen',
      head: w.column.seen,
      wideOnly: true,
      cell: (row) =>
        [row.UserOpened && w.opened, row.UserClicked && w.clicked, row.UserUnsubscribed && w.unsubscribed, row.UserComplained && w.complained]
          .filter(Boolean)
          .join(', '),
    },
  ];
  const begin = fromBeijing(day);
  const filter = [id && `MessageId=${id}`, to && `ToEmailAddress=${to}`].filter(Boolean).join(', ');
  return (
    <Page
      title={w.title}
      actions={
        <Button icon={<MailPlus size={16} aria-hidden />} hint="n" onClick={() => set({ send: '1' })}>
          {w.send}
        </Button>
      }
    >
      <div className="toolbar">
        <SearchField label={w.searchTo} value={to} maxLength={254} onChange={(value) => set({ to: value })} />
        <SearchField label={w.searchId} value={id} maxLength={250} onChange={(value) => set({ id: value, day: dayOf(value) })} />
        <span className="day-field">
          <IconButton
            label={w.previousDay}
            disabled={day <= addDays(today(), -kDaysMax)}
            onClick={() => set({ day: addDays(day, -1) })}
          >
            <ChevronLeft size={16} />
          </IconButton>
          <input
            className="input"
            type="date"
            aria-label={w.day}
            title={w.day}
            value={day}
            min={addDays(today(), -kDaysMax)}
            max={today()}
            onChange={(event) => isDay(event.target.value) && set({ day: event.target.value })}
          />
          <IconButton label={w.nextDay} disabled={day >= today()} onClick={() => set({ day: addDays(day, 1) })}>
            <ChevronRight size={16} />
          </IconButton>
        </span>
        {begin && (
          <span className="grey small">
            {w.daySpan(showTime(begin, language, false), showTime(new Date(begin.getTime() + 86_399_000), language, false))}
          </span>
        )}
      </div>
      <Await of={mails} title={w.title} rows={10}>
        {() =>
          rows.length > 0 ? (
            <DataTable
              caption={w.title}
              columns={columns}
              rows={rows}
              rowKey={(row) => `${row.MessageId} ${row.ToEmailAddress}`}
              onOpen={(row) => navigate(pathOf(row))}
              paging={{
                ...range.paging(range.offset + rows.length + (hasMore ? 1 : 0), rows.length),
                text: `${range.offset + 1} – ${range.offset + rows.length}`,
              }}
            />
          ) : filter !== '' || range.offset > 0 ? (
            <>
              <FilteredEmpty
                title={w.noMatch}
                clear={<Button onClick={() => set({ id: undefined, to: undefined })}>{w.clearFilter}</Button>}
              >
                {w.noMatchText(filter)}
              </FilteredEmpty>
              {filter !== '' && <DaySearch key={`${id} ${to}`} id={id} to={to} onFound={(found) => set({ day: found })} />}
            </>
          ) : (
            <Empty
              title={w.emptyTitle}
              action={<Button onClick={() => set({ send: '1' })}>{w.send}</Button>}
              link={<Link to="/explorer/SendEmail">{d.callInExplorer('SendEmail')}</Link>}
            >
              {w.emptyText}
            </Empty>
          )
        }
      </Await>
      {sending && <TestDialog subject="" values={{}} onClose={() => set({ send: undefined })} />}
    </Page>
  );
}

/** Looks for the mail on every day that the API still knows, newest first, until it is stopped. */
function DaySearch({ id, to, onFound }: { id: string; to: string; onFound: (day: string) => void }) {
  const w = useWords(words);
  const [day, setDay] = useState<string>();
  const [found, setFound] = useState<readonly { day: string; count: number }[]>([]);
  const [done, setDone] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const stop = useRef<AbortController>();
  useEffect(() => () => stop.current?.abort(), []);
  const run = async () => {
    const ending = new AbortController();
    stop.current = ending;
    setFound([]);
    setDone(false);
    setFailure(undefined);
    try {
      for (let back = 0; back <= kDaysMax && !ending.signal.aborted; back += 1) {
        const date = addDays(today(), -back);
        setDay(date);
        const answer = await call<{ EmailStatusList: MailRow[] }>(
          'GetSendEmailStatus',
          { RequestDate: date, Offset: 0, Limit: 100, MessageId: id || undefined, ToEmailAddress: to || undefined },
          { signal: ending.signal },
        );
        const count = answer.EmailStatusList.length;
        if (count > 0) setFound((old) => [...old, { day: date, count }]);
      }
      setDone(true);
    } catch (error) {
      if (!ending.signal.aborted) setFailure(error);
    }
    setDay(undefined);
  };
  return (
    <div className="stack">
      <div className="empty-actions">
        {day === undefined ? (
          <Button onClick={() => void run()}>{w.searchDays(kDaysMax)}</Button>
        ) : (
          <>
            <span role="status" className="grey">
              {w.searching(day)}
            </span>
            <Button small onClick={() => stop.current?.abort()}>
              {w.stop}
            </Button>
          </>
        )}
      </div>
      {done && found.length === 0 && <p role="status">{w.searchedAll(kDaysMax)}</p>}
      {failure !== undefined && <ErrorPanel title={w.title} error={failure} onRetry={() => void run()} />}
      <ul>
        {found.map((one) => (
          <li key={one.day}>
            <button type="button" className="link-button" onClick={() => onFound(one.day)}>
              {w.foundOn(one.count, one.day)}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
