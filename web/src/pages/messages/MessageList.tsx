import { MailPlus } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router-dom';

import { fromBeijing, showTime } from '../../format/time';
import { Button, DataTable, Empty, FilteredEmpty, Note, Page, Time, type Column } from '../../parts';
import { Await } from '../../parts/Await';
import { RecipientState } from '../../parts/MailState';
import { usePageKeys } from '../../parts/pageKeys';
import { dataWords } from '../../words/data';
import { useLanguage, useWords } from '../../words/words';
import { TestDialog } from '../tasks/TestDialog';
import { filterOf, kFilterNames, writeFilter, type MailFilter } from './filter';
import { MailToolbar } from './MailToolbar';
import { keyOf, settled, type Mail } from './model';
import { messagePath } from './path';
import { useMails, type MailPage } from './useMails';
import { words } from './words';
import { useMay } from '../../shell/SessionContext';

/** All mails, the newest first, by what is known of them; from here each opens with its whole story. */
export function MessageList() {
  const w = useWords(words);
  const [search, setSearch] = useSearchParams();
  const filter = filterOf(search);
  const position = search.get('at') ?? '';
  const sending = search.get('send') !== null;
  // The pages before this one; a reload forgets them, and "previous" then leads to the first.
  const [before, setBefore] = useState<string[]>([]);
  const change = (write: (next: URLSearchParams) => void, replace = true) => {
    const next = new URLSearchParams(search);
    write(next);
    setSearch(next, { replace });
  };
  const setFilter = (wanted: MailFilter) => {
    setBefore([]);
    change((next) => {
      next.delete('at');
      for (const name of kFilterNames) {
        const value = wanted[name];
        if (value) next.set(name, value);
        else next.delete(name);
      }
    });
  };
  const turn = (to: string) => change((next) => (to === '' ? next.delete('at') : next.set('at', to)), false);
  const showSend = (on: boolean) => change((next) => (on ? next.set('send', '1') : next.delete('send')));
  const may = useMay();
  usePageKeys({ n: may('SendEmail') ? () => showSend(true) : undefined });
  const mails = useMails(filter, position);
  const paging = (page: MailPage) => ({
    onNext:
      page.position === ''
        ? undefined
        : () => {
            setBefore([...before, position]);
            turn(page.position);
          },
    onPrevious:
      position === ''
        ? undefined
        : () => {
            setBefore(before.slice(0, -1));
            turn(before[before.length - 1] ?? '');
          },
  });
  return (
    <Page
      title={w.title}
      actions={
        <Button icon={<MailPlus size={16} aria-hidden />} hint="n" needs="SendEmail" onClick={() => showSend(true)}>
          {w.send}
        </Button>
      }
    >
      <MailToolbar filter={filter} onChange={setFilter} />
      <Search of={mails} />
      <Await of={mails} title={w.title} rows={10}>
        {(page) => (
          <Found
            key={`${JSON.stringify(filter)} ${position}`}
            page={page}
            filter={filter}
            paging={paging(page)}
            onClear={() => setFilter({})}
            onSend={() => showSend(true)}
          />
        )}
      </Await>
      {sending && <TestDialog subject="" values={{}} onClose={() => showSend(false)} />}
    </Page>
  );
}

/** How far a search without an index has come, with the way to stop it. */
function Search({ of }: { of: ReturnType<typeof useMails> }) {
  const w = useWords(words);
  const language = useLanguage();
  if (!of.progress) return null;
  const to = fromBeijing(of.progress.scannedTo);
  return (
    <Note tone="info" title={w.searching(of.progress.scanned, of.progress.found)} action={<Button small onClick={of.stop}>{w.stop}</Button>}>
      {to && w.searchedTo(showTime(to, language, false))}
    </Note>
  );
}

function Found(props: {
  page: MailPage;
  filter: MailFilter;
  paging: { onNext: (() => void) | undefined; onPrevious: (() => void) | undefined };
  onClear: () => void;
  onSend: () => void;
}) {
  const { page, filter } = props;
  const w = useWords(words);
  const d = useWords(dataWords);
  const language = useLanguage();
  const navigate = useNavigate();
  const [opened, setOpened] = useState<readonly Mail[]>(page.mails);
  const { rows, fresh } = settled(opened, page.mails);
  useEffect(() => {
    if (fresh === 0) setOpened(page.mails);
  }, [fresh, page.mails]);
  const to = fromBeijing(page.scannedTo);
  const scanned = to && page.scanned > rows.length ? w.compared(page.scanned, showTime(to, language, false)) : '';
  if (rows.length === 0 && !page.partial && Object.keys(filter).length === 0) {
    return (
      <Empty
        title={w.emptyTitle}
        action={<Button needs="SendEmail" onClick={props.onSend}>{w.send}</Button>}
        link={<Link to="/explorer/SendEmail">{d.callInExplorer('SendEmail')}</Link>}
      >
        {w.emptyText}
      </Empty>
    );
  }
  return (
    <>
      {fresh > 0 && (
        <button type="button" className="fresh-rows" onClick={() => setOpened(page.mails)}>
          {w.fresh(fresh)}
        </button>
      )}
      {page.partial && (
        <Note tone="warning" title={w.partial} action={props.paging.onNext && <Button small onClick={props.paging.onNext}>{w.goOn}</Button>}>
          {scanned}
        </Note>
      )}
      {rows.length > 0 ? (
        <DataTable
          caption={w.title}
          columns={columnsOf(w)}
          rows={[...rows]}
          rowKey={keyOf}
          onOpen={(mail) => navigate(messagePath(mail.MessageId, mail.ToEmailAddress))}
          paging={{ ...props.paging, text: page.partial ? '' : scanned }}
        />
      ) : (
        !page.partial && (
          <FilteredEmpty title={w.noMatch} clear={<Button onClick={props.onClear}>{w.clearFilter}</Button>}>
            {w.noMatchText([writeFilter(filter), filter.state && w.states[filter.state as keyof typeof w.states], filter.day].filter(Boolean).join(', '))}
          </FilteredEmpty>
        )
      )}
    </>
  );
}

function columnsOf(w: ReturnType<typeof useWords<typeof words.en>>): Column<Mail>[] {
  return [
    { key: 'time', head: w.column.time, cell: (mail) => <Time at={fromBeijing(mail.RequestTime)} />, wideOnly: true, width: '112px' },
    {
      key: 'recipient',
      head: w.column.recipient,
      cell: (mail) => (
        <Link to={messagePath(mail.MessageId, mail.ToEmailAddress)} className="row-name">
          {mail.ToEmailAddress}
        </Link>
      ),
    },
    { key: 'subject', head: w.subject, wideOnly: true, cell: (mail) => <span className="cell-text" title={mail.Subject}>{mail.Subject}</span> },
    { key: 'state', head: w.column.state, cell: (mail) => <RecipientState state={mail.State} sendStatus={Number(mail.SendStatus)} /> },
    {
      key: 'reason',
      head: w.column.reason,
      wideOnly: true,
      cell: (mail) => (
        <span className="cell-text grey" title={mail.Reply || undefined}>
          {mail.Reason}
          {mail.NextAttemptTime !== '' && (
            <>
              {mail.Reason !== '' && ', '}
              {w.nextTry} <Time at={fromBeijing(mail.NextAttemptTime)} />
            </>
          )}
        </span>
      ),
    },
    {
      key: 'seen',
      head: w.column.seen,
      wideOnly: true,
      cell: (mail) =>
        [mail.UserOpened && w.opened, mail.UserClicked && w.clicked, mail.UserUnsubscribed && w.unsubscribed, mail.UserComplained && w.complained]
          .filter(Boolean)
          .join(', '),
    },
    { key: 'tries', head: w.attempts, number: true, wideOnly: true, cell: (mail) => String(mail.Attempts) },
    {
      key: 'task',
      head: w.task,
      number: true,
      wideOnly: true,
      cell: (mail) => (Number(mail.TaskId) === 0 ? <span className="grey">–</span> : <Link to={`/tasks/${mail.TaskId}`}>{String(mail.TaskId)}</Link>),
    },
  ];
}
