import { OctagonAlert } from 'lucide-react';
import { useMemo } from 'react';

import data from '../../../client_support/data.json';
import { StateMark } from '../../parts';
import { useWords } from '../../words/words';
import { supportOf, type SupportData } from './clientSupport';
import { useSettled } from './useRendered';
import { words } from './words';

const kData = data as unknown as SupportData;
const kPauseMs = 400;
const kShown = 20;
const kNamed = 4;

/** What of the draft some mail programs do not show, by tests that others made; each leads to its line. */
export default function ClientSupport({ html, onOpen }: { html: string; onOpen: (line: number) => void }) {
  const w = useWords(words);
  const settled = useSettled(html, kPauseMs);
  const findings = useMemo(() => supportOf(settled, kData), [settled]);
  const named = (clients: readonly string[]) =>
    clients.length > kNamed ? w.support.andMore(clients.slice(0, kNamed).join(', '), clients.length - kNamed) : clients.join(', ');
  if (html === '') return null;
  return (
    <section aria-label={w.support.title}>
      <h3>{w.support.title}</h3>
      <p className="grey small">{w.support.text(kData.source)}</p>
      {findings.length === 0 && <p>{w.support.none}</p>}
      <ul className="check-list">
        {findings.slice(0, kShown).map((finding) => (
          <li key={finding.slug}>
            <StateMark icon={OctagonAlert} tone={finding.missing.length > 0 ? 'warning' : 'neutral'} title={finding.slug}>
              {finding.title}
            </StateMark>
            <span className="small grey">
              <button type="button" className="link-button" onClick={() => onOpen(finding.line)}>
                {w.part.Html}, {w.line(finding.line)}
              </button>
              {finding.missing.length > 0 && (
                <span title={finding.missing.join(', ')}>
                  {' · '}
                  {w.support.missing(named(finding.missing))}
                </span>
              )}
              {finding.partial.length > 0 && (
                <span title={finding.partial.join(', ')}>
                  {' · '}
                  {w.support.partial(named(finding.partial))}
                </span>
              )}
            </span>
          </li>
        ))}
      </ul>
      {findings.length > kShown && <p className="grey small">{w.support.more(findings.length - kShown)}</p>}
    </section>
  );
}
