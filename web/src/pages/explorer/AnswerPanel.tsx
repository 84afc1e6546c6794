import { CircleCheck, SquareX } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link } from 'react-router-dom';

import type { Json } from '../../api/json';
import { showBytes } from '../../format/number';
import { fromUnix, showTime } from '../../format/time';
import { CopyButton, ErrorPanel, Note, Skeleton, StateMark, useStateText, type StateKind } from '../../parts';
import { hasPage } from '../../shell/pages';
import { explorerWords } from '../../words/explorer';
import { useLanguage, useWords } from '../../words/words';
import { firstList, readAnswer, usesOf } from './answer';
import { checkAnswer, utf8Length } from './check';
import type { Action, Api } from './description';
import { DiffView } from './DiffView';
import { Prose } from './Prose';
import { JsonView } from './JsonView';
import { ExplorerError } from './send';
import { TreeView } from './TreeView';
import { UseButtons } from './UseButtons';
import type { Result } from './Workspace';
import { messagePath } from '../messages/path';

/** The box above the tabs scrolls; longer answers are in the tab. */
const kSummaryLines = 200;

interface SummaryProps {
  api: Api;
  action: Action;
  result: Result | undefined;
  failure: unknown;
  busy: boolean;
  /** The tab below shows the whole answer. */
  brief: boolean;
}

/** The answer above the tabs: state, time, size, request id, and, unless it is `brief`, the first lines. */
export function AnswerSummary({ api, action, result, failure, busy, brief }: SummaryProps) {
  const words = useWords(explorerWords);
  const language = useLanguage();
  const response = result?.sent.response;
  const answer = useMemo(() => (response ? readAnswer(response.body) : undefined), [response]);
  const code = answer?.error?.code;

  if (failure !== undefined && !busy) {
    const error = failure instanceof ExplorerError ? `${failure.code} ${failure.message}` : String(failure);
    return (
      <div className="answer-summary">
        <ErrorPanel title={words.notSentTitle} error={error} />
      </div>
    );
  }
  if (!response || !answer) {
    return (
      <div className="answer-summary">
        {busy ? (
          <Skeleton rows={2} waitingFor={words.theAnswer} />
        ) : (
          <p className="grey">{result ? words.signedOnly : words.noAnswerYet}</p>
        )}
      </div>
    );
  }
  const fine = response.status === 200 && !answer.error;
  const meaning = code ? api.meaning(code, language) : undefined;
  return (
    <div className="answer-summary" aria-busy={busy}>
      <div className="answer-line" role="status">
        <StateMark icon={fine ? CircleCheck : SquareX} tone={fine ? 'success' : 'error'}>
          <strong>{fine ? `${response.status} OK` : (code ?? String(response.status))}</strong>
        </StateMark>
        <span>{response.ms < 10 ? response.ms.toFixed(1) : Math.round(response.ms)} ms</span>
        <span>{showBytes(utf8Length(response.body))}</span>
        {answer.requestId && (
          <span className="answer-request-id">
            <span className="grey">RequestId</span> <code>{answer.requestId}</code>
            <CopyButton text={answer.requestId} name="RequestId" />
          </span>
        )}
        {fine && action.name === 'SendEmail' && hasPage('messages') && answer.members?.MessageId !== undefined && (
          <Link className="answer-follow" to={messagePath(String(answer.members.MessageId))}>
            {words.followMail}
          </Link>
        )}
      </div>
      {answer.error && (
        <Note tone="error">
          <p>
            <Prose text={answer.error.message} />
          </p>
          {meaning && !meaning.includes('…') && meaning !== answer.error.message && (
            <p className="grey">
              <Prose text={meaning} />
            </p>
          )}
        </Note>
      )}
      {!brief && <JsonView key={result!.at} text={response.body} lines={kSummaryLines} label={words.theAnswer} only />}
    </div>
  );
}

type View = 'pretty' | 'raw' | 'tree' | 'table' | 'diff';

const kStatusMembers: Record<string, StateKind> = {
  DeliverStatus: 'deliver',
  SendStatus: 'send',
  TaskStatus: 'task',
  TemplateStatus: 'template',
  ReceiversStatus: 'group',
};

/** What stands behind the value of a member: the words of a status, the time of Unix seconds. */
function useNotes(): (name: string, value: string) => string | undefined {
  const language = useLanguage();
  const stateText = useStateText();
  return (name, value) => {
    const kind = kStatusMembers[name];
    if (kind && /^\d+$/.test(value)) return stateText(kind, Number(value));
    if (/^1\d{9}$/.test(value)) return showTime(fromUnix(value), language);
    return undefined;
  };
}

interface PanelProps {
  api: Api;
  action: Action;
  result: Result | undefined;
  /** The answer before, of the same action, to compare with. */
  previous: Result | undefined;
}

export function AnswerPanel({ api, action, result, previous }: PanelProps) {
  const words = useWords(explorerWords);
  const [chosen, setView] = useState<View>('pretty');
  const notes = useNotes();
  const response = result?.sent.response;
  const answer = useMemo(() => (response ? readAnswer(response.body) : undefined), [response]);
  const list = useMemo(() => (answer?.members ? firstList(answer.members) : undefined), [answer]);
  if (!response || !answer) return <p className="grey">{words.noAnswerYet}</p>;
  const before = previous?.sent.response?.body;
  const views: View[] = ['pretty', 'raw'];
  if (answer.members) views.push('tree');
  if (list) views.push('table');
  if (before !== undefined) views.push('diff');
  const view = views.includes(chosen) ? chosen : 'pretty';
  return (
    <div className="answer-panel">
      <div className="answer-tools">
        <div role="group" aria-label={words.view} className="segments segments-small">
          {views.map((each) => (
            <button key={each} type="button" aria-pressed={view === each} onClick={() => setView(each)}>
              {words.answerViews[each]}
            </button>
          ))}
        </div>
        <CopyButton text={response.body} name={words.theAnswer} />
      </div>
      {view === 'pretty' && <JsonView key={result.at} text={response.body} lines={400} notes={notes} label={words.theAnswer} />}
      {view === 'raw' && <RawView text={response.body} />}
      {view === 'tree' && answer.members && <TreeView key={result.at} api={api} action={action} value={answer.members} notes={notes} />}
      {view === 'diff' && before !== undefined && <DiffView before={before} after={response.body} />}
      {view === 'table' && list && <TableView name={list.name} rows={list.rows} notes={notes} />}
      {answer.members && !answer.error && <Uses api={api} action={action} members={answer.members} />}
      {answer.members && !answer.error && <Agreement api={api} action={action} members={answer.members} />}
      <h2 className="answer-heading">{words.headers}</h2>
      <pre className="code-box">{response.head}</pre>
    </div>
  );
}

const kRawShown = 100_000;

function RawView({ text }: { text: string }) {
  const words = useWords(explorerWords);
  const [all, setAll] = useState(kRawShown);
  return (
    <>
      <pre className="code-box code-wrap">{text.slice(0, all)}</pre>
      {text.length > all && (
        <button type="button" className="button button-small" onClick={() => setAll(all + 5 * kRawShown)}>
          {words.showMore(showBytes(text.length - all))}
        </button>
      )}
    </>
  );
}

const kRowsShown = 200;

function TableView(props: {
  name: string;
  rows: { [name: string]: Json }[];
  notes: (name: string, value: string) => string | undefined;
}) {
  const words = useWords(explorerWords);
  const names = [...new Set(props.rows.slice(0, kRowsShown).flatMap((row) => Object.keys(row)))];
  return (
    <div className="table-frame" tabIndex={0} role="region" aria-label={props.name}>
      <table className="table table-dense">
        <caption className="visually-hidden">{props.name}</caption>
        <thead>
          <tr>
            {names.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.slice(0, kRowsShown).map((row, i) => (
            <tr key={i}>
              {names.map((name) => {
                const value = row[name];
                const text =
                  value === undefined ? '' : value !== null && typeof value === 'object' ? '{…}' : String(value);
                const note = props.notes(name, text);
                return (
                  <td key={name} title={note}>
                    {text}
                    {note && <span className="grey"> {note}</span>}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {props.rows.length > kRowsShown && <p className="small grey">{words.rowsShown(1, kRowsShown, props.rows.length)}</p>}
    </div>
  );
}

/** Actions that take an id of this answer. */
function Uses({ api, action, members }: { api: Api; action: Action; members: { [name: string]: Json } }) {
  const words = useWords(explorerWords);
  const uses = useMemo(() => usesOf(api, members, action), [api, members, action]);
  if (uses.length === 0) return null;
  return (
    <>
      <h2 className="answer-heading">{words.useIn}</h2>
      <UseButtons uses={uses} />
    </>
  );
}

/** Whether the answer is what the description says. */
function Agreement({ api, action, members }: { api: Api; action: Action; members: { [name: string]: Json } }) {
  const words = useWords(explorerWords);
  const findings = useMemo(() => [...checkAnswer(api, action, members, words.check)], [api, action, members, words]);
  return (
    <>
      <h2 className="answer-heading">{words.agreement}</h2>
      {findings.length === 0 ? (
        <StateMark icon={CircleCheck} tone="success">
          {words.agrees}
        </StateMark>
      ) : (
        <ul>
          {findings.map(([path, text]) => (
            <li key={path}>
              <code>{path}</code> {text}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
