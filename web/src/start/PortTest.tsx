import { useAct } from '../api/query';
import { showNumber } from '../format/number';
import { Button, ErrorPanel, Note, Section } from '../parts';
import { useMay } from '../shell/SessionContext';
import { startWords } from '../words/start';
import { useLanguage, useWords } from '../words/words';

interface Answer {
  readonly Verdict: 'open' | 'closed' | 'unknown';
  readonly Servers: readonly {
    readonly Server: string;
    readonly Finding: string;
    readonly Text: string;
    readonly Greeting: string;
    readonly Milliseconds: number;
  }[];
}

const kTone = { open: 'success', closed: 'error', unknown: 'warning' } as const;

/** Whether this machine may reach other mail servers, tried when the person asks for it: many hosts close port 25. */
export function PortTest() {
  const words = useWords(startWords).port;
  const language = useLanguage();
  const check = useAct<Answer>('CheckOutboundPort');
  const may = useMay();
  // The machine is the business of whoever manages its accounts.
  if (!may('CheckOutboundPort')) return null;
  return (
    <Section title={words.title} beside={words.beside}>
      <div role="status">
        {check.data && (
          <Note tone={kTone[check.data.Verdict]} title={words.verdict[check.data.Verdict]}>
            <p>{words.remedy[check.data.Verdict]}</p>
            <ul className="start-list">
              {check.data.Servers.map((one) => (
                <li key={one.Server}>
                  <code>{one.Server}</code> {one.Text} {words.took(showNumber(one.Milliseconds, language))}
                </li>
              ))}
            </ul>
          </Note>
        )}
      </div>
      {check.error && <ErrorPanel title={words.failed} error={check.error} />}
      <div className="start-acts">
        <Button disabled={check.isPending} call={{ action: 'CheckOutboundPort', params: {} }} onClick={() => check.mutate({})}>
          {check.isPending ? words.testing : words.test}
        </Button>
      </div>
    </Section>
  );
}
