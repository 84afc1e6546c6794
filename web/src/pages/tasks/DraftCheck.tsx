import { CircleCheck, CircleDashed, OctagonAlert, SquareX, type LucideIcon } from 'lucide-react';
import { useMemo } from 'react';
import { Link } from 'react-router-dom';

import { useCall } from '../../api/query';
import { showNumber } from '../../format/number';
import { ErrorPanel, Note, Section, StateMark, type Tone } from '../../parts';
import { Count } from '../../parts/Count';
import { MailFrame } from '../../parts/MailFrame';
import { useLanguage, useWords } from '../../words/words';
import { useSettled } from '../templates/useRendered';
import { fromBase64 } from '../templates/variables';
import { DryRun, type DryRunState } from './DryRun';
import type { Draft } from './model';
import type { DraftCheckResult, DraftFacts, Verdict } from './useDraftFacts';
import { draftWords } from './draftWords';

const kMarks: Readonly<Record<Verdict, readonly [LucideIcon, Tone]>> = {
  good: [CircleCheck, 'success'],
  doubt: [OctagonAlert, 'warning'],
  bad: [SquareX, 'error'],
  open: [CircleDashed, 'neutral'],
  wait: [CircleDashed, 'neutral'],
};

/** The sample follows what is typed after this time. */
const kPauseMs = 400;

/** Where each check is put right. */
const kFix: Readonly<Record<DraftCheckResult['check'], (draft: Draft) => string | undefined>> = {
  group: (draft) => (draft.group ? `/groups/${draft.group}` : '/groups'),
  template: (draft) => (draft.template ? `/templates/${draft.template}` : '/templates'),
  variables: (draft) => (draft.template ? `/templates/${draft.template}` : undefined),
  domain: () => '/domains',
  subject: () => undefined,
  time: () => undefined,
};

/** At the right of the form: whether the task can start, who will get it, what was checked, and a sample. */
export function DraftCheck({ draft, facts, run }: { draft: Draft; facts: DraftFacts; run: DryRunState | undefined }) {
  const w = useWords(draftWords);
  const language = useLanguage();
  const bad = facts.checks.filter((check) => check.verdict === 'bad').length;
  const open = facts.checks.filter((check) => check.verdict === 'open').length;
  const person = facts.samplePeople[0];
  const sample = JSON.stringify(facts.sampleValues);
  const subject = useSettled(draft.subject, kPauseMs);
  const rendered = useCall<{ Subject: string; Html: string; Text: string }>(
    'RenderEmailTemplate',
    {
      TemplateID: BigInt(draft.template || 0),
      Subject: subject === '' || [...subject].length > 100 ? undefined : subject,
      TemplateData: useSettled(sample, kPauseMs),
    },
    { enabled: draft.template !== '' },
  );
  const content = useMemo(() => {
    if (draft.template === '' || !rendered.data) return undefined;
    const html = fromBase64(rendered.data.Html);
    return html !== '' ? { html } : { text: fromBase64(rendered.data.Text) };
  }, [draft.template, rendered.data]);
  const say = (check: DraftCheckResult): string => {
    const names = check.names.join(', ');
    const count = showNumber(check.count, language);
    switch (check.detail) {
      case 'groupOk': return w.check.groupOk(count);
      case 'groupEmpty': return w.check.groupEmpty;
      case 'groupImporting': return w.check.groupImporting;
      case 'templateOk': return w.check.templateOk;
      case 'templateReview': return w.check.templateReview;
      case 'templateRefused': return w.check.templateRefused;
      case 'variablesNone': return w.check.variablesNone;
      case 'variablesLoading': return w.check.variablesLoading;
      case 'variablesMissing': return w.check.variablesMissing(names);
      case 'variablesForAll': return w.check.variablesForAll(names);
      case 'variablesOk': return w.check.variablesOk(names);
      case 'domainOk': return check.count > 0 ? `${w.check.domainOk}; ${w.check.quota(count)}` : w.check.domainOk;
      case 'domainBad': return w.check.domainBad;
      case 'subjectOk': return w.check.subjectOk;
      case 'subjectBad': return w.check.subjectBad;
      case 'timeOk': return w.check.timeOk;
      case 'past': return w.form.past;
      case 'noTime': return w.form.noTime;
      default: return w.check.noGroup;
    }
  };
  return (
    <aside className="side-pane" aria-label={w.check.title}>
      <Section title={w.check.title} beside={w.check.note}>
        {run ? (
          <DryRun run={run} group={draft.group} />
        ) : (
          <div role="status">
            {bad > 0 ? (
              <Note tone="error" title={w.check.blocked(bad + open)} />
            ) : (
              <Note tone="info" title={w.check.open(open)} />
            )}
          </div>
        )}
        {facts.errors.map((error) => (
          <ErrorPanel key={error.action} title={error.action} error={error} />
        ))}
      </Section>
      {facts.group && !run && (
        <Section title={w.check.people}>
          <ul className="reason-list">
            <li>
              <span>{w.check.inGroup}</span>
              <Count n={Number(facts.group.Count)} to={`/groups/${draft.group}`} label={w.check.inGroup} />
            </li>
            <li>
              <span>{w.check.malformed}</span>
              <Count n={Number(facts.group.InvalidCount)} to={`/groups/${draft.group}?status=2`} label={w.check.malformed} />
            </li>
            <li className="sum">
              <span>{w.check.remaining}</span>
              <Count n={facts.people} to={`/groups/${draft.group}?status=1`} label={w.check.remaining} />
            </li>
          </ul>
        </Section>
      )}
      <Section title={w.check.checks}>
        <ul className="check-list">
          {facts.checks.map((check) => {
            const [icon, tone] = kMarks[check.verdict];
            const fix = check.verdict === 'good' ? undefined : kFix[check.check](draft);
            return (
              <li key={check.check}>
                <StateMark icon={icon} tone={tone}>
                  {w.check[check.check]}
                </StateMark>
                <span className="grey small">{fix ? <Link to={fix}>{say(check)}</Link> : say(check)}</span>
              </li>
            );
          })}
        </ul>
      </Section>
      <Section title={w.check.sample} beside={person && content ? w.check.sampleNote(person.Email) : undefined}>
        {rendered.error && draft.template !== '' && (
          <ErrorPanel title={w.check.sample} error={rendered.error} onRetry={() => void rendered.refetch()} />
        )}
        {content && rendered.data && rendered.data.Subject !== '' && <p className="row-name">{rendered.data.Subject}</p>}
        {content ? <MailFrame content={content} stale={rendered.isFetching} /> : <p className="grey small">{w.check.sampleEmpty}</p>}
      </Section>
    </aside>
  );
}
