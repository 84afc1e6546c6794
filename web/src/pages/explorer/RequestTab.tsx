import { useState } from 'react';

import { fromUnix, showTime } from '../../format/time';
import { CopyButton } from '../../parts';
import { explorerWords } from '../../words/explorer';
import { useLanguage, useWords } from '../../words/words';
import { utf8Length } from './check';
import type { SentCall } from './send';

const kBodyShown = 20_000;

/** The exact request, and how its signature came about. */
export function RequestTab({ sent, practice }: { sent: SentCall | undefined; practice: boolean }) {
  const words = useWords(explorerWords);
  const [shown, setShown] = useState(false);
  if (!sent) return <p className="grey">{words.noRequestYet}</p>;
  const { head, body } = sent.request;
  return (
    <div className="request-tab">
      <div className="answer-tools">
        <h2>{words.requestAsSent}</h2>
        <span className="small grey">{words.bodyBytes(utf8Length(body))}</span>
        <CopyButton text={`${head}\r\n\r\n${body}`} name={words.theRequest} />
      </div>
      <pre className="code-box request-head" tabIndex={0}>
        <RequestHead head={head} masked={!practice && !shown} onShow={() => setShown(true)} />
        {'\n'}
        {body.slice(0, kBodyShown)}
        {body.length > kBodyShown && '…'}
      </pre>
      <ol className="steps">
        {kSteps.map((names, i) => {
          const steps = sent.steps.filter((step) => names.includes(step.name));
          const isKey = names.includes('secret_signing');
          if (steps.length === 0 && !(isKey && sent.steps.some((step) => step.name === 'string_to_sign'))) return null;
          return (
            <li key={names[0]}>
              <span className="step-number" aria-hidden="true">
                {i + 1}
              </span>
              <div className="step">
                <h3>{words.steps[names[0] as 'body_hash']}</h3>
                {steps.length === 0 && <p className="grey small">{words.keyNeverShown}</p>}
                {steps.map((step) => (
                  <Step
                    key={step.name}
                    name={step.name}
                    text={step.text}
                    masked={!practice && !shown && (step.name === 'signature' || step.name === 'authorization')}
                    onShow={() => setShown(true)}
                  />
                ))}
              </div>
            </li>
          );
        })}
      </ol>
    </div>
  );
}

// What belongs to one step of the signature, in the order in which it is computed.
const kSteps = [
  ['body_hash'],
  ['canonical_request', 'source_text'],
  ['canonical_hash'],
  ['string_to_sign'],
  ['secret_signing', 'secret_date', 'secret_service'],
  ['signature', 'authorization'],
];

const kShortMax = 100;

function Step({ name, text, masked, onShow }: { name: string; text: string; masked: boolean; onShow: () => void }) {
  const words = useWords(explorerWords);
  if (masked) {
    return (
      <p>
        <code aria-hidden="true">••••••••</code>{' '}
        <button type="button" className="button button-text" onClick={onShow}>
          {words.showSignature}
        </button>
      </p>
    );
  }
  if (name === 'canonical_request' || name === 'string_to_sign') {
    const labels = labelsOf(name, text.split('\n'));
    return (
      <div className="step-lines code-box">
        <table>
          <tbody>
            {text.split('\n').map((line, i, all) => (
              <tr key={i}>
                <th scope="row">{words.lines[labels[i] ?? 'more']}</th>
                <td>
                  <code>{line}</code>
                  {i < all.length - 1 && (
                    <span className="line-end" title={words.lineEnd}>
                      ↵
                    </span>
                  )}
                  {labels[i] === 'blank' && <span className="line-note">{words.blankLine}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <CopyButton text={text} name={words.steps[name]} />
      </div>
    );
  }
  return (
    <p className="step-value">
      <code className={text.length > kShortMax ? 'code-wrap' : ''}>{text}</code>
      <CopyButton text={text} name={name} />
    </p>
  );
}

type LineName = 'method' | 'path' | 'query' | 'header' | 'blank' | 'signed' | 'hash' | 'algorithm' | 'timestamp' | 'scope' | 'more';

/** Names the lines of a canonical request or of a string to sign. */
export function labelsOf(name: string, lines: string[]): LineName[] {
  if (name === 'string_to_sign') return ['algorithm', 'timestamp', 'scope', 'hash'];
  return lines.map((_, i) => {
    if (i < 3) return (['method', 'path', 'query'] as const)[i]!;
    if (i === lines.length - 1) return 'hash';
    if (i === lines.length - 2) return 'signed';
    return i === lines.length - 3 ? 'blank' : 'header';
  });
}

function RequestHead({ head, masked, onShow }: { head: string; masked: boolean; onShow: () => void }) {
  const words = useWords(explorerWords);
  const language = useLanguage();
  return (
    <>
      {head.split('\r\n').map((line, i) => {
        if (i === 0) {
          return (
            <span key={i} className="request-line">
              {masked ? line.replace(/(Signature=)[^& ]+/, '$1••••') : line}
              {'\n'}
            </span>
          );
        }
        const time = /^X-TC-Timestamp: (\d+)$/i.exec(line)?.[1];
        const secret = masked ? /^(Authorization: .*Signature=)/i.exec(line)?.[1] : undefined;
        return (
          <span key={i}>
            {secret ?? line}
            {secret && (
              <>
                {'•••• '}
                <button type="button" className="button button-text" onClick={onShow}>
                  {words.showSignature}
                </button>
              </>
            )}
            {time && <span className="grey">{`   ${showTime(fromUnix(time), language)} ${words.yourTime}`}</span>}
            {'\n'}
          </span>
        );
      })}
    </>
  );
}
