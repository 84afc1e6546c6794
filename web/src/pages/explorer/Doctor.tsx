import { CircleCheck, SquareX } from 'lucide-react';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { Link, useSearchParams } from 'react-router-dom';

import { Button, CopyButton, ErrorPanel, Note, StateMark, TextAreaField, TextField } from '../../parts';
import { requestIdIn } from '../../format/ids';
import { explorerWords } from '../../words/explorer';
import { useWords } from '../../words/words';
import { utf8Length } from './check';
import { askDoctor, ExplorerError, type DoctorAnswer } from './send';
import { kMod } from '../../parts/modKey';

/** Finds why a signature was refused, from what the client signed, or from the call that the server kept. */
export function Doctor() {
  const words = useWords(explorerWords);
  const [search] = useSearchParams();
  const [call, setCall] = useState(search.get('call') ?? '');
  const [text, setText] = useState('');
  const [body, setBody] = useState('');
  const [answer, setAnswer] = useState<DoctorAnswer>();
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    document.title = `${words.doctor} – Sesame`;
  }, [words]);

  const requestId = requestIdIn(call);
  const nothing = text.trim() === '' && requestId === undefined;

  const submit = async (event?: FormEvent) => {
    event?.preventDefault();
    if (busy || nothing) return;
    setBusy(true);
    setFailure(undefined);
    try {
      setAnswer(
        await askDoctor(text.trim() === '' && requestId ? { request_id: requestId } : { text, ...(body ? { body } : {}) }),
      );
    } catch (error) {
      setAnswer(undefined);
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };

  const latest = useRef(submit);
  latest.current = submit;
  // A link from a call's page asks at once: it only reads.
  useEffect(() => {
    if (search.has('call')) void latest.current();
  }, [search]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void latest.current();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);

  return (
    <>
      <section className="form-pane" aria-label={words.doctor}>
        <form className="form-body doctor-form" onSubmit={submit}>
          <p className="small grey">
            <Link to="/explorer">{words.title}</Link>
          </p>
          <h1 className="form-title">{words.doctor}</h1>
          <TextField
            label={words.doctorCall}
            hint={text.trim() !== '' && requestId ? words.doctorCallUnused : words.doctorCallHint}
            value={call}
            onChange={setCall}
            mono
          />
          <TextAreaField label={words.doctorText} hint={words.doctorTextHint} value={text} onChange={setText} rows={9} mono />
          <TextAreaField
            label={words.doctorBody}
            hint={body ? words.bytesCount(utf8Length(body)) : undefined}
            value={body}
            onChange={setBody}
            rows={4}
            mono
          />
          <div className="row-acts">
            <Button look="filled" type="submit" hint={`${kMod} Enter`} reason={nothing ? words.doctorNothing : undefined} disabled={busy}>
              {words.compare}
            </Button>
          </div>
        </form>
        {answer?.rules && answer.rules.length > 0 && (
          <div className="doctor-rules">
            <h2>
              {words.rulesChecked}{' '}
              <span className="small grey">
                {words.rulesHold(answer.rules.filter((rule) => rule.holds).length, answer.rules.length)}
              </span>
            </h2>
            <dl>
              {answer.rules.map((rule) => (
                <div key={rule.rule}>
                  <dt>
                    <StateMark icon={rule.holds ? CircleCheck : SquareX} tone={rule.holds ? 'success' : 'error'}>
                      {(words.rules as Record<string, string>)[rule.rule] ?? rule.rule}
                    </StateMark>
                  </dt>
                  <dd className="small grey">{rule.text}</dd>
                </div>
              ))}
            </dl>
          </div>
        )}
      </section>
      <section className="answer-pane" aria-label={words.findingsTitle}>
        {failure !== undefined && (
          <ErrorPanel
            title={words.doctorFailed}
            error={failure instanceof ExplorerError ? `${failure.code} ${failure.message}` : String(failure)}
            onRetry={() => void submit()}
          />
        )}
        {!answer && failure === undefined && <p className="grey">{words.doctorIntro}</p>}
        {answer && answer.findings.length === 0 && (
          <Note tone="success" title={words.doctorFine}>
            {words.doctorFineText}
          </Note>
        )}
        {answer?.findings.map((finding, i) => (
          <div key={i} className="finding">
            <Note tone={finding.rule === 'remedy' ? 'info' : 'error'} title={(words.rules as Record<string, string>)[finding.rule] ?? finding.rule} action={<CopyButton text={finding.text} name={words.finding} />}>
              {finding.text}
            </Note>
            {finding.at !== undefined && text && <Around text={text} at={finding.at} />}
          </div>
        ))}
        {answer?.server?.canonical_request && (
          <Comparison title={words.steps.canonical_request} theirs={text} ours={answer.server.canonical_request} />
        )}
        {answer?.server?.string_to_sign && !answer.server.canonical_request && (
          <Comparison title={words.steps.string_to_sign} theirs={text} ours={answer.server.string_to_sign} />
        )}
      </section>
    </>
  );
}

const kAround = 24;

/** The bytes around a difference, as numbers and as text. */
function Around({ text, at }: { text: string; at: number }) {
  const words = useWords(explorerWords);
  const bytes = new TextEncoder().encode(text);
  const from = Math.max(0, at - kAround);
  const near = bytes.slice(from, at + kAround);
  return (
    <pre className="code-box" aria-label={words.aroundByte(at)}>
      {Array.from(near, (byte, i) => (
        <span key={i} className={from + i === at ? 'byte-here' : ''}>
          {byte.toString(16).padStart(2, '0')}{' '}
        </span>
      ))}
      {'\n'}
      {visible(new TextDecoder().decode(near))}
    </pre>
  );
}

/** Line ends as marks, so that a missing one is seen. */
function visible(text: string): string {
  return text.replace(/\r/g, '␍').replace(/\n/g, '↵');
}

/** Two texts line by line; the lines that differ are marked by a sign and a tint. */
function Comparison({ title, theirs, ours }: { title: string; theirs: string; ours: string }) {
  const words = useWords(explorerWords);
  const left = theirs.split('\n');
  const right = ours.split('\n');
  const lines = Array.from({ length: Math.max(left.length, right.length) }, (_, i) => i);
  const given = theirs.trim() !== '';
  return (
    <>
      <h2 className="answer-heading">{title}</h2>
      <div className="table-frame" tabIndex={0} role="region" aria-label={title}>
        <table className="table table-dense comparison">
          <caption className="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{words.line}</th>
              {given && <th scope="col">{words.clientSigned}</th>}
              {given && (
                <th scope="col">
                  <span className="visually-hidden">{words.same}</span>
                </th>
              )}
              <th scope="col">{words.serverComputed}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((i) => {
              const same = left[i] === right[i];
              return (
                <tr key={i} className={given && !same ? 'row-error' : ''}>
                  <th scope="row">{i + 1}</th>
                  {given && (
                    <td>
                      <code>{left[i] ?? ''}</code>
                    </td>
                  )}
                  {given && (
                    <td>
                      <StateMark icon={same ? CircleCheck : SquareX} tone={same ? 'success' : 'error'}>
                        <span className="visually-hidden">{same ? words.same : words.differs}</span>
                      </StateMark>
                    </td>
                  )}
                  <td>
                    <code>{right[i] ?? ''}</code>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}
