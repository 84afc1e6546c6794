import './start.css';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ChevronRight, CircleCheck, FileText, Globe, KeyRound, UserPlus, Users, Webhook, type LucideIcon } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router-dom';

import { kManagesUsers } from '../api/actions';
import { ApiError, call } from '../api/call';
import type { Json } from '../api/json';
import { Button, ConfirmDialog, ErrorPanel, LinkButton, Page, Skeleton, useToast } from '../parts';
import { keepDraft } from '../pages/explorer/drafts';
import { Forbidden, isForbidden } from '../parts/Await';
import { hasPage, type PageName } from '../shell/pages';
import { useConsole, useMay } from '../shell/SessionContext';
import { startWords } from '../words/start';
import { useWords } from '../words/words';
import { Arrived, type Sent } from './Arrived';
import { FirstCall } from './FirstCall';
import { PortTest } from './PortTest';
import { firstMail, makeSamples, readSamples, removeSamples, type Samples } from './samples';
import { welcomeHtml, welcomeText } from './template';

/** The first steps from an empty installation to a mail, each computed from what is there. */
export default function Start() {
  const words = useWords(startWords);
  const { session } = useConsole();
  const client = useQueryClient();
  const samples = useQuery<Samples, ApiError>({ queryKey: ['start/samples', session.user], queryFn: readSamples });
  const [sent, setSent] = useState<Sent>();
  if (samples.error && !samples.data) {
    return (
      <Page title={words.title}>
        {isForbidden(samples.error) ? (
          <Forbidden action={samples.error.action} />
        ) : (
          <ErrorPanel title={words.failed} error={samples.error} onRetry={() => void samples.refetch()} />
        )}
      </Page>
    );
  }
  if (!samples.data) {
    return (
      <Page title={words.title}>
        <Skeleton rows={6} />
      </Page>
    );
  }
  const have = samples.data;
  const ready = have.domain && have.sender && have.template !== undefined && have.people;
  const step = !ready ? 2 : have.mail || sent ? 4 : 3;
  const again = async () => {
    await client.invalidateQueries();
  };
  return (
    <div className="start">
      <Steps step={step} mailed={have.task !== undefined} />
      {step === 2 && <Choose have={have} onDone={again} />}
      {step === 3 && <FirstMail have={have} onSent={setSent} />}
      {step === 4 && <Arrived sent={sent} newest={have.mail} next={<Next have={have} onRemoved={again} />} />}
      {step === 4 && have.template !== undefined && (
        <div className="start-two">
          <FirstCall params={firstMail(session, have.template, words.mail.subject)} />
          <PortTest />
        </div>
      )}
    </div>
  );
}

function Steps({ step, mailed }: { step: number; mailed: boolean }) {
  const words = useWords(startWords);
  const names = [words.steps.owner, words.steps.choose, words.steps.send, words.steps.arrived, words.steps.code, words.steps.people];
  return (
    <ol className="start-steps" aria-label={words.title}>
      {names.map((name, i) => {
        const number = i + 1;
        const done = number < step || (number === 6 && mailed);
        const here = number === step;
        return (
          <li key={name} className={here ? 'start-here' : ''} aria-current={here ? 'step' : undefined}>
            {done ? <CircleCheck size={20} aria-hidden className="start-done" /> : <span className="start-number">{number}</span>}
            <span>{name}</span>
            {done && <span className="visually-hidden">{words.done}</span>}
          </li>
        );
      })}
    </ol>
  );
}

function Choose({ have, onDone }: { have: Samples; onDone: () => Promise<void> }) {
  const words = useWords(startWords);
  const may = useMay();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const make = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await makeSamples(have, { html: welcomeHtml(words.mail), text: welcomeText(words.mail) });
    } catch (fault) {
      setError(fault);
    } finally {
      await onDone();
      setBusy(false);
    }
  };
  return (
    <div className="start-narrow">
      <h1 className="start-title">{words.choose.title}</h1>
      <p className="start-lead">{words.choose.text}</p>
      <ul className="start-list">
        {words.choose.makes.split('\n').map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {error !== undefined && <ErrorPanel title={words.choose.failed} error={error} />}
      <div className="start-acts">
        <Button look="filled" needs="CreateEmailIdentity" disabled={busy} onClick={() => void make()}>
          {words.choose.here}
        </Button>
        {hasPage('domains') ? (
          <LinkButton to="/domains" needs="CreateEmailIdentity">
            {words.choose.own}
          </LinkButton>
        ) : (
          <LinkButton to="/explorer/CreateEmailIdentity" needs="CreateEmailIdentity">
            {words.choose.own}
          </LinkButton>
        )}
      </div>
      {!may('CreateEmailIdentity') && <Forbidden action="CreateEmailIdentity" />}
      <PortTest />
    </div>
  );
}

function FirstMail({ have, onSent }: { have: Samples; onSent: (sent: Sent) => void }) {
  const words = useWords(startWords);
  const { session } = useConsole();
  const may = useMay();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const params = firstMail(session, have.template!, words.mail.subject);
  const send = async () => {
    setBusy(true);
    setError(undefined);
    const at = performance.now();
    try {
      const answer = await call<{ MessageId: string }>('SendEmail', params);
      onSent({
        params,
        answer: answer as unknown as { [name: string]: Json },
        to: params.Destination[0]!,
        clicked: at,
        accepted: performance.now(),
      });
    } catch (fault) {
      setError(fault);
      setBusy(false);
    }
  };
  return (
    <div className="start-narrow">
      <h1 className="start-title">{words.send.title}</h1>
      <p className="start-lead">{words.send.text(params.Destination[0]!)}</p>
      <pre className="code-block" tabIndex={0}>
        {JSON.stringify(params, null, 2)}
      </pre>
      {error !== undefined && <ErrorPanel title={words.send.failed} error={error} />}
      <div className="start-acts">
        <Button look="filled" disabled={busy} call={{ action: 'SendEmail', params }} onClick={() => void send()}>
          {words.send.send}
        </Button>
        <InExplorer params={params}>{words.send.explorer}</InExplorer>
      </div>
      {!may('SendEmail') && <Forbidden action="SendEmail" />}
    </div>
  );
}

/** Leads to the Explorer with the parameters in its form. */
export function InExplorer({ params, children }: { params: { [name: string]: Json }; children: ReactNode }) {
  return (
    <Link to="/explorer/SendEmail" onClick={() => keepDraft('SendEmail', params, params)}>
      {children}
    </Link>
  );
}

interface NextStep {
  key: string;
  icon: LucideIcon;
  title: string;
  text: string;
  to: string;
  /** The action without which the step cannot be taken. */
  needs?: string;
  done: boolean;
}

function pageOr(page: PageName, path: string, action: string): string {
  return hasPage(page) ? path : `/explorer/${action}`;
}

/** What can be done next, in any order; what is done already is marked, from the state. */
function Next({ have, onRemoved }: { have: Samples; onRemoved: () => Promise<void> }) {
  const words = useWords(startWords);
  const toast = useToast();
  const { session } = useConsole();
  const may = useMay();
  const [removing, setRemoving] = useState(false);
  const [busy, setBusy] = useState(false);
  const steps: NextStep[] = [
    {
      key: 'people',
      icon: Users,
      title: words.next.people,
      text: words.next.peopleText,
      to: pageOr('tasks', `/tasks/new?group=${have.group ?? ''}&template=${have.template ?? ''}`, 'BatchSendEmail'),
      needs: 'BatchSendEmail',
      done: have.task !== undefined,
    },
    {
      key: 'domain',
      icon: Globe,
      title: words.next.domain,
      text: have.ownDomain ?? words.next.domainText,
      to: pageOr('domains', '/domains', 'CreateEmailIdentity'),
      needs: 'CreateEmailIdentity',
      done: have.ownDomain !== undefined,
    },
    {
      key: 'template',
      icon: FileText,
      title: words.next.template,
      text: words.next.templateText,
      to: pageOr('templates', '/templates', 'UpdateEmailTemplate'),
      needs: 'UpdateEmailTemplate',
      done: false,
    },
    {
      key: 'user',
      icon: UserPlus,
      title: words.next.user,
      text: words.next.userText,
      to: pageOr('settings', '/settings?tab=users', 'PutUser'),
      needs: kManagesUsers,
      done: have.users > 1,
    },
    {
      key: 'factor',
      icon: KeyRound,
      title: words.next.factor,
      text: words.next.factorText,
      to: pageOr('settings', '/settings?tab=you', 'ListUsers'),
      done: session.second_factor,
    },
    {
      key: 'webhook',
      icon: Webhook,
      title: words.next.webhook,
      text: words.next.webhookText,
      to: pageOr('settings', '/settings?tab=webhooks', 'PutWebhook'),
      needs: 'PutWebhook',
      done: have.webhooks > 0,
    },
  ];
  const remove = async () => {
    setBusy(true);
    try {
      await removeSamples(have);
      toast(words.removed);
    } catch (fault) {
      toast(fault instanceof ApiError ? `${fault.message} (${fault.code})` : String(fault), 'error');
    } finally {
      await onRemoved();
      setBusy(false);
      setRemoving(false);
    }
  };
  return (
    <section className="section">
      <header className="section-head">
        <h2>{words.next.title}</h2>
        <span className="grey small">{words.next.order}</span>
      </header>
      <ul className="start-next">
        {steps.filter((step) => step.needs === undefined || may(step.needs)).map(({ key, icon: Icon, title, text, to, done }) => (
          <li key={key}>
            <Link to={to}>
              {done ? <CircleCheck size={20} aria-hidden className="start-done" /> : <Icon size={20} aria-hidden />}
              <span className="start-next-text">
                <strong>{title}</strong>
                <span className="small grey">{done ? `${words.done} · ${text}` : text}</span>
              </span>
              <ChevronRight size={16} aria-hidden />
            </Link>
          </li>
        ))}
      </ul>
      <p className="start-remove">
        <Button look="text" needs="DeleteEmailIdentity" onClick={() => setRemoving(true)}>
          {words.remove}
        </Button>
      </p>
      {removing && (
        <ConfirmDialog
          title={words.removeTitle}
          action={words.remove}
          danger
          busy={busy}
          onConfirm={() => void remove()}
          onClose={() => setRemoving(false)}
        >
          <p>{words.removeText}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}
