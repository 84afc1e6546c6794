import { Inbox as InboxIcon, Trash2, Zap } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Link, Route, Routes, useNavigate, useParams, useSearchParams } from 'react-router-dom';

import { useAct, useCall } from '../../api/query';
import { showBytes, showNumber } from '../../format/number';
import { fromBeijing } from '../../format/time';
import { Button, ConfirmDialog, Empty, ErrorPanel, FilteredEmpty, LinkButton, Page, Time, useToast } from '../../parts';
import { Await } from '../../parts/Await';
import { usePageKeys } from '../../parts/pageKeys';
import { SearchField } from '../../parts/SearchField';
import { useConsole, useMay } from '../../shell/SessionContext';
import { useLanguage, useWords } from '../../words/words';
import { useRange } from '../useRange';
import type { ChaosState } from './chaos';
import { ChaosPanel } from './ChaosPanel';
import { chaosWords } from './chaosWords';
import { MailView } from './MailView';
import { readFilter } from './search';
import { words } from './words';

const kPage = 50;
const kEveryMs = 3_000;
/** From this number of mails on, it must be typed before they are deleted. */
const kTypedFrom = 1_000;

export interface InboxRow {
  readonly MailId: number | bigint;
  readonly ReceivedTime: string;
  readonly From: string;
  readonly To: string;
  readonly Subject: string;
  readonly Bytes: number;
}

export default function Inbox() {
  return (
    <Routes>
      <Route index element={<InboxPage />} />
      <Route path=":id" element={<InboxPage />} />
    </Routes>
  );
}

function InboxPage() {
  const w = useWords(words);
  const language = useLanguage();
  const navigate = useNavigate();
  const toast = useToast();
  const may = useMay();
  const { id } = useParams();
  const [search, setSearch] = useSearchParams();
  const [deleting, setDeleting] = useState(false);
  const text = search.get('q') ?? (search.get('to') ? `to:${search.get('to')}` : '');
  const filter = readFilter(text);
  const range = useRange(kPage);
  const params = {
    To: filter.to || undefined,
    From: filter.from || undefined,
    Subject: filter.subject || undefined,
    MessageId: filter.id || undefined,
  };
  const mails = useCall<{ TotalCount: number; Data: InboxRow[] }>('ListInboxMails', {
    ...params,
    Offset: range.offset,
    Limit: kPage,
  });
  // The list stays as it is under the pointer; only the number of mails is read again.
  const count = useCall<{ TotalCount: number; Data: InboxRow[] }>('ListInboxMails', { ...params, Offset: 0, Limit: 1 }, { every: kEveryMs });
  const shown = mails.data?.TotalCount ?? 0;
  const now = count.data?.TotalCount ?? shown;
  const newer = Math.max(0, now - shown);
  // The first mails of an empty inbox, and deletions, change nothing under the pointer.
  const refetch = mails.refetch;
  useEffect(() => {
    if (mails.data && count.data && (now < shown || (shown === 0 && now > 0))) void refetch();
  }, [mails.data, count.data, now, shown, refetch]);
  const remove = useAct<{ DeletedCount: number }>('DeleteInboxMails', { changes: ['ListInboxMails', 'GetInboxMail'] });
  const rows = mails.data?.Data ?? [];
  const at = rows.findIndex((row) => String(row.MailId) === id);
  const pathOf = (row: InboxRow | undefined) => (row ? `/inbox/${row.MailId}${search.toString() ? `?${search}` : ''}` : undefined);
  const open = (row: InboxRow | undefined) => {
    const path = pathOf(row);
    if (path) navigate(path);
  };
  const newerMail = at > 0 ? rows[at - 1] : undefined;
  const olderMail = id === undefined ? rows[0] : at >= 0 ? rows[at + 1] : undefined;
  usePageKeys({
    '[': newerMail && (() => open(newerMail)),
    ']': olderMail && (() => open(olderMail)),
    k: newerMail && (() => open(newerMail)),
    j: olderMail && (() => open(olderMail)),
    u: id === undefined ? undefined : () => navigate(`/inbox${search.toString() ? `?${search}` : ''}`),
    '#': now > 0 && may('DeleteInboxMails') ? () => setDeleting(true) : undefined,
  });
  const current = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    // Newer browsers answer with a promise, which an effect must not return.
    current.current?.scrollIntoView({ block: 'nearest' });
  }, [id]);
  return (
    <Page
      title={w.title}
      beside={<span>{mails.data ? w.mails(shown) : ''}</span>}
      actions={
        <>
          <ChaosButton open={search.has('chaos')} />
          <Button icon={<Trash2 size={16} aria-hidden />} needs="DeleteInboxMails" disabled={now === 0} onClick={() => setDeleting(true)}>
            {w.deleteAll}
          </Button>
        </>
      }
    >
      <div className={id === undefined ? 'inbox' : 'inbox inbox-open'}>
        <div className="inbox-list">
          <div className="toolbar">
            <SearchField
              label={w.search}
              hint={w.searchHint}
              value={text}
              onChange={(value) => setSearch(value ? { q: value } : {}, { replace: true })}
            />
          </div>
          {newer > 0 && range.offset === 0 && (
            <button type="button" className="new-rows" onClick={() => void mails.refetch()}>
              {w.newMails(newer)}
            </button>
          )}
          <Await of={mails} title={w.title} rows={8} rowHeight={48}>
            {(data) =>
              data.Data.length > 0 ? (
                <>
                  <ul className="mail-list" aria-label={w.title}>
                    {data.Data.map((row) => {
                      const here = String(row.MailId) === id;
                      return (
                        <li key={String(row.MailId)}>
                          <Link ref={here ? current : undefined} to={pathOf(row) ?? ''} aria-current={here ? 'true' : undefined}>
                            <span className="mail-list-to">{row.To}</span>
                            <span className="grey small">
                              <Time at={fromBeijing(row.ReceivedTime)} />
                            </span>
                            <span className="mail-list-subject">{row.Subject || w.noSubject}</span>
                            <span className="grey small">{showBytes(Number(row.Bytes))}</span>
                          </Link>
                        </li>
                      );
                    })}
                  </ul>
                  <Paging {...range.paging(data.TotalCount, data.Data.length)} />
                </>
              ) : text !== '' || range.offset > 0 ? (
                <FilteredEmpty title={w.noMatch} clear={<Button onClick={() => setSearch({})}>{w.clearFilter}</Button>}>
                  {w.noMatchText(text)}
                </FilteredEmpty>
              ) : (
                <NoMail />
              )
            }
          </Await>
        </div>
        <div className="inbox-mail">
          {id === undefined ? (
            rows.length > 0 && (
              <p className="grey inbox-choose">
                <InboxIcon size={16} aria-hidden /> {w.choose}
              </p>
            )
          ) : (
            <MailView
              key={id}
              id={id}
              newer={pathOf(newerMail)}
              older={pathOf(at >= 0 ? olderMail : undefined)}
              back={`/inbox${search.toString() ? `?${search}` : ''}`}
            />
          )}
        </div>
      </div>
      {deleting && (
        <ConfirmDialog
          title={w.deleteQuestion}
          action={w.deleteAll}
          danger
          typed={now >= kTypedFrom ? String(now) : undefined}
          busy={remove.isPending}
          call={{ action: 'DeleteInboxMails', params: {} }}
          onClose={() => setDeleting(false)}
          onConfirm={() =>
            remove.mutate(
              {},
              {
                onSuccess: (answer) => {
                  setDeleting(false);
                  toast(w.deleted(Number(answer.DeletedCount)));
                  navigate('/inbox');
                },
              },
            )
          }
        >
          {w.deleteText(showNumber(now, language))}
          {remove.error && <ErrorPanel title={w.deleteAll} error={remove.error} />}
        </ConfirmDialog>
      )}
    </Page>
  );
}

/** The panel has an address of its own, to which the banner of every page leads. */
function ChaosButton({ open }: { open: boolean }) {
  const w = useWords(chaosWords);
  const { session } = useConsole();
  const may = useMay();
  const [search, setSearch] = useSearchParams();
  const sandbox = session.mode === 'sandbox';
  const state = useCall<ChaosState>('GetChaos', {}, { enabled: sandbox && may('GetChaos') });
  const show = (shown: boolean) => {
    const next = new URLSearchParams(search);
    if (shown) next.set('chaos', '1');
    else next.delete('chaos');
    setSearch(next, { replace: true });
  };
  return (
    <>
      <Button
        icon={<Zap size={16} aria-hidden />}
        reason={!sandbox ? w.onlySandbox : may('SetChaos') ? undefined : w.notAllowed}
        onClick={() => show(true)}
      >
        {w.open}
      </Button>
      {open && state.data && may('SetChaos') && <ChaosPanel state={state.data} onClose={() => show(false)} />}
    </>
  );
}

function Paging(props: { text: string; onPrevious?: (() => void) | undefined; onNext?: (() => void) | undefined }) {
  const w = useWords(words);
  return (
    <div className="paging">
      <span className="grey small">{props.text}</span>
      {props.onPrevious && (
        <Button small onClick={props.onPrevious}>
          {w.previous}
        </Button>
      )}
      {props.onNext && (
        <Button small onClick={props.onNext}>
          {w.next}
        </Button>
      )}
    </div>
  );
}

function NoMail() {
  const w = useWords(words);
  const { session } = useConsole();
  return (
    <Empty
      title={w.emptyTitle}
      action={<LinkButton to="/messages?send=1" needs="SendEmail">{w.sendOne}</LinkButton>}
      link={<Link to="/explorer/SendEmail">SendEmail</Link>}
    >
      {session.mode === 'sandbox' ? w.emptyText : w.emptyLive}
    </Empty>
  );
}
