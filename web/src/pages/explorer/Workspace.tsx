import { Link2, Mail, PencilLine, Trash2, type LucideIcon } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Link, useLocation, useParams } from 'react-router-dom';

import { writeJson } from '../../api/json';
import { copyText, Empty, Note, StateMark, Tabs, useToast, type Tone } from '../../parts';
import { useConsole } from '../../shell/SessionContext';
import { explorerWords } from '../../words/explorer';
import { useLanguage, useWords } from '../../words/words';
import { AnswerPanel, AnswerSummary } from './AnswerPanel';
import { broken, kBreaks, type BreakName } from './breaks';
import { check, type Doc } from './check';
import { CodeTab } from './CodeTab';
import { short, type Action, type Api, type Effect } from './description';
import { DocsTab } from './DocsTab';
import { draftOf, keepDraft } from './drafts';
import { Form } from './Form';
import { remember } from './history';
import { HistoryTab } from './HistoryTab';
import { kPracticeKey, kSessionKey, useKeys } from './useKeys';
import { JsonEditor } from './JsonEditor';
import { MockTab } from './MockTab';
import { RequestTab } from './RequestTab';
import { explorerCall, ExplorerError, type SentCall } from './send';
import { fragmentOf, kLinkMax, readFragment } from './share';
import { readAnswer } from './answer';
import { stripped } from './strip';
import { kBodyMax } from './history';
import { kMod } from '../../parts/modKey';

const kEffects: Record<Effect, { icon: LucideIcon; tone: Tone } | undefined> = {
  read: undefined,
  write: { icon: PencilLine, tone: 'neutral' },
  delete: { icon: Trash2, tone: 'error' },
  sends_mail: { icon: Mail, tone: 'warning' },
};

const kSignatures = [
  { value: 'TC3-HMAC-SHA256 POST', label: 'TC3 POST' },
  { value: 'TC3-HMAC-SHA256 POST UNSIGNED-PAYLOAD', label: 'TC3 POST, UNSIGNED-PAYLOAD' },
  { value: 'TC3-HMAC-SHA256 GET', label: 'TC3 GET' },
  { value: 'HmacSHA1 POST', label: 'v1 POST, HmacSHA1' },
  { value: 'HmacSHA1 GET', label: 'v1 GET, HmacSHA1' },
  { value: 'HmacSHA256 POST', label: 'v1 POST, HmacSHA256' },
  { value: 'HmacSHA256 GET', label: 'v1 GET, HmacSHA256' },
];

type Tab = 'answer' | 'request' | 'code' | 'docs' | 'mock' | 'history';

export interface Result {
  action: string;
  sent: SentCall;
  at: number;
}

export function Workspace({ api, onAction }: { api: Api; onAction: (name: string) => void }) {
  const { action: name } = useParams();
  const words = useWords(explorerWords);
  const action = api.action(name);
  useEffect(() => {
    document.title = `${name ?? words.title} – Sesame`;
    if (action) onAction(action.name);
  }, [name, action, onAction, words]);
  if (!action) {
    return (
      <div className="form-pane">
        <h1 className="form-title">{name}</h1>
        <Empty title={words.noSuchAction} link={<Link to="/explorer/SendEmail">SendEmail</Link>}>
          {words.noSuchActionText}
        </Empty>
      </div>
    );
  }
  return <ActionWorkspace key={action.name} api={api} action={action} />;
}

function ActionWorkspace({ api, action }: { api: Api; action: Action }) {
  const words = useWords(explorerWords);
  const language = useLanguage();
  const toast = useToast();
  const location = useLocation();
  const console = useConsole();
  const [doc, setDocState] = useState<Doc>(() => draftOf(action.name));
  const [view, setView] = useState<'form' | 'json'>('form');
  const [requiredOnly, setRequiredOnly] = useState(false);
  const [region, setRegion] = useState(console.region);
  const [signature, setSignature] = useState(kSignatures[0]!.value);
  const [credential, setCredential] = useState(kSessionKey);
  const [breaking, setBreaking] = useState<BreakName | ''>('');
  const [tab, setTab] = useState<Tab>('docs');
  const [result, setResult] = useState<Result>();
  const [previous, setPrevious] = useState<Result>();
  const keys = useKeys();
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState<AbortController>();
  const [loaded, setLoaded] = useState<string>();
  const [badText, setBadText] = useState<string>();
  const [tried, setTried] = useState(false);

  const setDoc = useCallback(
    (next: Doc) => {
      setDocState(next);
      keepDraft(action.name, next, stripped(api, action, next, true).doc);
    },
    [api, action],
  );

  // A link fills the form and never sends.
  useEffect(() => {
    let ended = false;
    void readFragment(location.hash).then((shared) => {
      if (!shared || ended) return;
      setDoc(shared.params);
      if (api.regions.includes(shared.region)) setRegion(shared.region);
      setLoaded(words.fromLink);
      window.history.replaceState(window.history.state, '', window.location.pathname);
    });
    return () => {
      ended = true;
    };
    // Only the fragment that the page was opened with counts.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [location.hash]);

  const findings = useMemo(() => check(api, action, doc, language, words.check), [api, action, doc, language, words]);
  const practice = credential === kPracticeKey;
  // What is still empty is no fault before somebody has tried to send it.
  const shownFindings = useMemo(
    () => (tried ? findings : new Map([...findings].filter(([, text]) => text !== words.check.missing))),
    [findings, tried, words],
  );

  const send = useCallback(async () => {
    if (busy || badText !== undefined) return;
    const controller = new AbortController();
    setBusy(controller);
    setTried(true);
    setFailure(undefined);
    const [kind, method, payload] = signature.split(' ') as ['TC3-HMAC-SHA256', 'POST', string | undefined];
    const call = broken(
      {
        action: action.name,
        version: action.version,
        region,
        body: writeJson(doc),
        method,
        signature: kind,
        language: language === 'en' ? 'en-US' : 'zh-CN',
        ...(credential === kSessionKey ? {} : { credential }),
        ...(payload === undefined ? {} : { unsigned_payload: true }),
        send: !practice,
      },
      breaking,
      api,
      action,
      doc,
    );
    const at = Date.now();
    try {
      const sent = await explorerCall(call, controller.signal);
      if (result?.sent.response) setPrevious(result);
      setResult({ action: action.name, sent, at });
      setTab((old) => (practice ? 'request' : old === 'docs' || old === 'mock' ? 'answer' : old));
      if (sent.response && !breaking) void keep(api, action, doc, region, sent, at);
    } catch (error) {
      if (!controller.signal.aborted) setFailure(error);
    } finally {
      setBusy(undefined);
    }
  }, [busy, badText, signature, action, region, doc, language, practice, credential, breaking, api, result]);

  const latestSend = useRef(send);
  latestSend.current = send;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        void latestSend.current();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);

  const share = async () => {
    const safe = stripped(api, action, doc, false);
    const fragment = await fragmentOf({ region, params: safe.doc });
    if (fragment.length > kLinkMax) {
      download(`${action.name}.json`, writeJson(safe.doc, 2));
      toast(words.linkTooLong);
      return;
    }
    const link = `${window.location.origin}/console/explorer/${action.name}${fragment}`;
    if (await copyText(link)) toast(safe.left.length > 0 ? words.linkWithout(safe.left.join(', ')) : words.linkCopied);
    else toast(words.linkNotCopied, 'error');
  };

  const load = (params: Doc) => {
    setDoc(params);
    setBadText(undefined);
    setView('form');
  };

  const effect = kEffects[action.effect];
  const sendLabel = practice ? words.sign : words.send;

  return (
    <>
      <section className="form-pane" aria-label={action.name}>
        <header className="form-head">
          <h1 className="form-title">
            {action.name} <span className="field-kind">{action.version}</span>
          </h1>
          {effect && (
            <StateMark icon={effect.icon} tone={effect.tone}>
              {words.effects[action.effect]}
            </StateMark>
          )}
          <button type="button" className="icon-button form-share" aria-label={words.share} title={words.share} onClick={share}>
            <Link2 size={16} aria-hidden />
          </button>
        </header>
        <p className="small grey form-summary">{action[short(language)]}</p>
        <div className="form-options">
          <div>
            <label htmlFor="call-credential">{words.key}</label>
            <select id="call-credential" className="input" value={credential} onChange={(event) => setCredential(event.target.value)}>
              <option value={kSessionKey}>{words.sessionKey}</option>
              {keys.length > 0 && (
                <optgroup label={words.namedKeys}>
                  {keys.map((key) => (
                    <option key={key.id} value={key.id}>
                      {key.name}
                    </option>
                  ))}
                </optgroup>
              )}
              <option value={kPracticeKey}>{words.practiceKey}</option>
            </select>
          </div>
          <div>
            <label htmlFor="call-region">{words.region}</label>
            <select id="call-region" className="input" value={region} onChange={(event) => setRegion(event.target.value)}>
              {api.regions.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </div>
          <div>
            <label htmlFor="call-signature">{words.signature}</label>
            <select id="call-signature" className="input" value={signature} onChange={(event) => setSignature(event.target.value)}>
              {kSignatures.map((each) => (
                <option key={each.value} value={each.value}>
                  {each.label}
                </option>
              ))}
            </select>
          </div>
        </div>
        <div className="form-views">
          <div role="group" aria-label={words.view} className="segments">
            <button type="button" aria-pressed={view === 'form'} disabled={badText !== undefined} onClick={() => setView('form')}>
              {words.form}
            </button>
            <button type="button" aria-pressed={view === 'json'} onClick={() => setView('json')}>
              JSON
            </button>
          </div>
          {view === 'form' && (
            <label className="check-field">
              <input type="checkbox" checked={requiredOnly} onChange={(event) => setRequiredOnly(event.target.checked)} />
              <span>{words.requiredOnly}</span>
            </label>
          )}
        </div>
        <div className="form-body">
          {loaded && <Note tone="info">{loaded}</Note>}
          {practice && <Note tone="info">{words.practiceText}</Note>}
          {view === 'form' ? (
            <Form api={api} action={action} doc={doc} findings={shownFindings} requiredOnly={requiredOnly} onChange={setDoc} />
          ) : (
            <JsonEditor doc={doc} onChange={setDoc} onBad={setBadText} />
          )}
        </div>
        <footer className="form-foot">
          <button
            type="button"
            className="button button-filled"
            aria-disabled={busy !== undefined || badText !== undefined}
            onClick={() => void send()}
          >
            <span>{sendLabel}</span>
            <kbd aria-hidden="true">{kMod} Enter</kbd>
          </button>
          {busy && (
            <button type="button" className="button" onClick={() => busy.abort()}>
              {words.stop}
            </button>
          )}
          {badText !== undefined ? (
            <span className="small error-text">{words.badJson}</span>
          ) : (
            shownFindings.size > 0 && <span className="small grey">{words.findings(shownFindings.size)}</span>
          )}
          <div className="break-choice">
            <select className="input" aria-label={words.breakIt} value={breaking} onChange={(event) => setBreaking(event.target.value as BreakName | '')}>
              <option value="">{words.breakIt}</option>
              {kBreaks.map((each) => (
                <option key={each} value={each}>
                  {words.breaks[each]}
                </option>
              ))}
            </select>
          </div>
        </footer>
      </section>
      <section className="answer-pane" aria-label={words.answerAndMore}>
        <AnswerSummary api={api} action={action} result={result} failure={failure} busy={busy !== undefined} brief={tab === 'answer'} />
        <Tabs
          label={words.views}
          value={tab}
          onChange={(key) => setTab(key as Tab)}
          tabs={[
            { key: 'answer', label: words.tabs.answer },
            { key: 'request', label: words.tabs.request },
            { key: 'code', label: words.tabs.code },
            { key: 'docs', label: words.tabs.docs },
            { key: 'mock', label: words.tabs.mock },
            { key: 'history', label: words.tabs.history },
          ]}
        >
          {tab === 'answer' && <AnswerPanel api={api} action={action} result={result} previous={previous} />}
          {tab === 'request' && (
            <RequestTab sent={result?.sent} practice={practice} />
          )}
          {tab === 'code' && <CodeTab api={api} action={action} params={doc} region={region} />}
          {tab === 'docs' && <DocsTab api={api} action={action} />}
          {tab === 'mock' && <MockTab action={action} onLoad={load} />}
          {tab === 'history' && <HistoryTab action={action.name} onLoad={load} />}
        </Tabs>
      </section>
    </>
  );
}

async function keep(api: Api, action: Action, doc: Doc, region: string, sent: SentCall, at: number): Promise<void> {
  if (!sent.response) return;
  const answer = readAnswer(sent.response.body);
  const body = writeJson(stripped(api, action, doc, true).doc);
  try {
    await remember({
      at,
      action: action.name,
      version: action.version,
      region,
      ...(body.length <= kBodyMax ? { body } : {}),
      bytes: body.length,
      status: sent.response.status,
      code: answer.error?.code ?? '',
      requestId: answer.requestId,
      ms: sent.response.ms,
    });
  } catch {
    // A browser without IndexedDB has no history; the tab says so.
  }
}

export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

export function isExplorerError(error: unknown): error is ExplorerError {
  return error instanceof ExplorerError;
}
