import { CircleCheck, Code, Inbox, Send } from 'lucide-react';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { Link } from 'react-router-dom';

import { call, ApiError } from '../api/call';
import { useCall } from '../api/query';
import { writeJson, type Json } from '../api/json';
import { decodeText } from '../format/bytes';
import { showBytes } from '../format/number';
import { fromBeijing } from '../format/time';
import { ContentFrame, ErrorPanel, Skeleton, Tabs, Time } from '../parts';
import { Forbidden, isForbidden } from '../parts/Await';
import { keepDraft } from '../pages/explorer/drafts';
import { hasPage } from '../shell/pages';
import { startWords } from '../words/start';
import { useWords } from '../words/words';
import { htmlOf } from './mail';
import type { InboxMail } from './samples';

/** A mail that was sent in this visit; times in milliseconds since the page was opened. */
export interface Sent {
  params: { [name: string]: Json };
  answer: { [name: string]: Json };
  to: string;
  clicked: number;
  accepted: number;
}

const kEveryMs = 50;
const kWaitMaxMs = 30_000;

type Seen = { mail: InboxMail; at: number } | 'late' | undefined;

/** Looks into the inbox until the mail is there; gives up after half a minute. */
function useArrival(sent: Sent | undefined): { seen: Seen; error: ApiError | undefined } {
  const [seen, setSeen] = useState<Seen>();
  const [error, setError] = useState<ApiError>();
  useEffect(() => {
    if (!sent) return;
    let timer: ReturnType<typeof setTimeout>;
    let ended = false;
    const look = async () => {
      try {
        const answer = await call<{ Data: InboxMail[] }>('ListInboxMails', { Offset: 0, Limit: 1, To: sent.to });
        const mail = answer.Data[0];
        if (ended) return;
        if (mail) return setSeen({ mail, at: performance.now() });
        if (performance.now() - sent.accepted > kWaitMaxMs) return setSeen('late');
        // Often at first, because the mail arrives within milliseconds; less often when it is late.
        timer = setTimeout(look, performance.now() - sent.accepted < 1_000 ? kEveryMs : 10 * kEveryMs);
      } catch (fault) {
        if (!ended) setError(fault as ApiError);
      }
    };
    void look();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [sent]);
  return { seen, error };
}

export function Arrived(props: { sent: Sent | undefined; newest: InboxMail | undefined; next: ReactNode }) {
  const { sent } = props;
  const words = useWords(startWords);
  const { seen, error } = useArrival(sent);
  const arrived = seen && seen !== 'late' ? seen : undefined;
  const mail = sent ? arrived?.mail : props.newest;

  return (
    <div className="start-two">
      <div>
        {error ? (
          <ErrorPanel title={words.arrived.failed} error={error} />
        ) : seen === 'late' ? (
          <>
            <h1 className="start-title">{words.arrived.late}</h1>
            <p className="start-lead">{words.arrived.lateText}</p>
          </>
        ) : !mail ? (
          <>
            <h1 className="start-title">{words.arrived.onItsWay}</h1>
            <p className="start-lead" role="status">
              {words.arrived.waiting}
            </p>
          </>
        ) : (
          <>
            <h1 className="start-title">
              <CircleCheck size={32} aria-hidden className="start-done" /> {words.arrived.title}
            </h1>
            <p className="start-lead" role="status">
              {sent && arrived ? words.arrived.after(Math.round(arrived.at - sent.clicked)) : words.arrived.before}
            </p>
            {sent && arrived && (
              <ol className="start-times">
                <li>
                  <span className="number grey">{Math.round(sent.accepted - sent.clicked)} ms</span>
                  <Send size={16} aria-hidden />
                  <span>{words.arrived.accepted}</span>
                </li>
                <li>
                  <span className="number grey">{Math.round(arrived.at - sent.clicked)} ms</span>
                  <Inbox size={16} aria-hidden />
                  <span>{words.arrived.inInbox(showBytes(mail.Bytes))}</span>
                </li>
              </ol>
            )}
            <div className="start-acts">
              <Link
                className="button button-filled"
                to="/explorer/SendEmail"
                onClick={() => sent && keepDraft('SendEmail', sent.params, sent.params)}
              >
                <Code size={16} aria-hidden />
                <span>{words.arrived.code}</span>
              </Link>
              {hasPage('inbox') && <Link to={`/inbox/${mail.MailId}`}>{words.arrived.open}</Link>}
            </div>
          </>
        )}
        {props.next}
      </div>
      <div>{mail ? <MailBox mail={mail} sent={sent} /> : <Skeleton rows={8} />}</div>
    </div>
  );
}

function MailBox({ mail, sent }: { mail: InboxMail; sent: Sent | undefined }) {
  const words = useWords(startWords);
  const [tab, setTab] = useState('mail');
  const whole = useCall<{ Raw: string }>('GetInboxMail', { MailId: mail.MailId });
  const raw = useMemo(() => (whole.data ? (decodeText(whole.data.Raw) ?? '') : undefined), [whole.data]);
  const html = useMemo(() => (raw === undefined ? undefined : htmlOf(raw)), [raw]);
  return (
    <article className="mail-box" aria-label={mail.Subject}>
      <header>
        <h2>{mail.Subject}</h2>
        <span className="grey small">
          <Time at={fromBeijing(mail.ReceivedTime)} />
        </span>
        <p className="small grey">{words.arrived.fromTo(mail.From, mail.To)}</p>
      </header>
      <Tabs
        label={words.arrived.views}
        value={tab}
        onChange={setTab}
        tabs={[
          { key: 'mail', label: words.arrived.mail },
          ...(sent
            ? [
                { key: 'request', label: words.arrived.request },
                { key: 'answer', label: words.arrived.answer },
              ]
            : []),
          { key: 'source', label: words.arrived.source },
        ]}
      >
        {whole.error &&
          (isForbidden(whole.error) ? (
            <Forbidden action="GetInboxMail" />
          ) : (
            <ErrorPanel title={words.arrived.notRead} error={whole.error} onRetry={() => void whole.refetch()} />
          ))}
        {tab === 'mail' && html !== undefined && <ContentFrame html={html} title={words.arrived.frame} height={420} />}
        {tab === 'mail' && raw !== undefined && html === undefined && <pre className="code-block">{raw}</pre>}
        {tab === 'request' && sent && <pre className="code-block">{writeJson(sent.params, 2)}</pre>}
        {tab === 'answer' && sent && <pre className="code-block">{writeJson(sent.answer, 2)}</pre>}
        {tab === 'source' && raw !== undefined && (
          <pre className="code-block mail-source" tabIndex={0}>
            {raw}
          </pre>
        )}
      </Tabs>
    </article>
  );
}
