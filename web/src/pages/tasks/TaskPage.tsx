import { CircleStop, Copy, Pause, Play, RotateCcw } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Link, useParams } from 'react-router-dom';

import { useAct, useCall } from '../../api/query';
import { showNumber, showShare } from '../../format/number';
import { fromBeijing, showDuration, showShortTime } from '../../format/time';
import { ApiState, Button, ConfirmDialog, Empty, LinkButton, Note, OutcomeBar, Page, Section, Time, useToast } from '../../parts';
import { Await } from '../../parts/Await';
import { CallOrigin, hasOrigin } from '../../parts/CallOrigin';
import { Count } from '../../parts/Count';
import { FactLine } from '../../parts/Facts';
import { usePageKeys } from '../../parts/pageKeys';
import { useLanguage, useWords } from '../../words/words';
import {
  addSample, canStop, countOf, hasEnded, isMoving, kBehind, kFailed, kPaused, kRatesMax, kSending, nextRuns, outcomeOf, speedOf,
  type Outcome, type Sample, type TaskStory,
} from './model';
import { hasCaps } from './capFields';
import { CapsSection } from './Caps';
import { NextRuns } from './NextRuns';
import { Providers } from './Providers';
import { Recipients } from './Recipients';
import { ResendDialog } from './ResendDialog';
import { SpeedChart } from './SpeedChart';
import { words } from './words';
import { useMay } from '../../shell/SessionContext';

const kFastMs = 1_000;
const kSlowMs = 5_000;

export function TaskPage() {
  const w = useWords(words);
  const { id = '' } = useParams();
  const valid = /^\d{1,20}$/.test(id);
  const [every, setEvery] = useState(kFastMs);
  const story = useCall<TaskStory>('GetSendTask', { TaskId: valid ? BigInt(id) : 0 }, {
    enabled: valid, every,
  });
  const moving = story.data ? isMoving(story.data) : true;
  const sending = story.data?.Task.TaskStatus === kSending;
  // A running task is read each second, one that only waits more seldom; an ended one may still be sent again elsewhere.
  useEffect(() => setEvery(!moving ? 60_000 : sending ? kFastMs : kSlowMs), [moving, sending]);
  const missing = (
    <Page title={w.missing}>
      <Empty title={w.missingText(id)} action={<LinkButton to="/tasks">{w.title}</LinkButton>} />
    </Page>
  );
  if (!valid) return missing;
  return (
    <Await
      of={story}
      title={w.title}
      rows={8}
      onError={(error) => (/NotExist|TaskId|NoSuchTask|ResourceNotFound/.test(error.code) ? missing : undefined)}
    >
      {(data) => <Task story={data} />}
    </Await>
  );
}

function Task({ story }: { story: TaskStory }) {
  const w = useWords(words);
  const language = useLanguage();
  const toast = useToast();
  const task = story.Task;
  const id = String(task.TaskId);
  const [dialog, setDialog] = useState<'' | 'stop' | 'again'>('');
  const changes = { changes: ['GetSendTask', 'ListSendTasks', 'ListSendTaskRecipients'] };
  const pause = useAct('PauseSendTask', changes);
  const resume = useAct('ResumeSendTask', changes);
  const stop = useAct('StopSendTask', changes);
  const paused = task.TaskStatus === kPaused;
  const ended = hasEnded(task);
  const act = (which: typeof pause, text: string) =>
    which.mutate(
      { TaskId: task.TaskId },
      {
        onSuccess: () => {
          setDialog('');
          toast(`${task.Subject}: ${text}`);
        },
        onError: (error) => {
          setDialog('');
          toast(`${error.message} (${error.code})`, 'error');
        },
      },
    );
  const toggle = () => (paused ? act(resume, w.resume) : act(pause, w.pause));
  const may = useMay();
  usePageKeys({ p: !ended && may(paused ? 'ResumeSendTask' : 'PauseSendTask') ? toggle : undefined });
  const outcome = outcomeOf(story);
  const { speed, samples } = useSpeed(story);
  const runs = nextRuns(task, new Date(), 5);
  const behind = (part: keyof Outcome) => `/tasks/${id}?show=${part}#recipients`;
  const numbers: [keyof Outcome, string][] = [
    ['delivered', showShare(outcome.delivered, story.RecipientCount) ?? ''],
    ['delayed', w.delayedNote],
    ['refused', showShare(outcome.refused, story.RecipientCount) ?? ''],
    ['unsent', w.unsentNote],
    ['left', w.leftNote],
  ];
  const unsent = kBehind.unsent.filter((state) => countOf(story, state) > 0);
  const hasSide = !ended || hasCaps(story) || story.WaitingReasons.length > 0 || unsent.length > 0 || runs.length > 0;
  return (
    <Page
      crumbs={
        <>
          <Link to="/tasks">{w.title}</Link> / {id}
        </>
      }
      title={task.Subject}
      beside={<ApiState kind="task" status={task.TaskStatus} />}
      actions={
        <>
          <LinkButton to={`/tasks/new?from=${id}`} needs="BatchSendEmail" icon={<Copy size={16} aria-hidden />}>
            {w.copyOf}
          </LinkButton>
          {ended ? (
            <Button
              icon={<RotateCcw size={16} aria-hidden />}
              needs="ResendSendTask"
              reason={story.RecipientCount === 0 ? w.againNoRun : undefined}
              onClick={() => setDialog('again')}
            >
              {w.again}
            </Button>
          ) : (
            <Button
              icon={paused ? <Play size={16} aria-hidden /> : <Pause size={16} aria-hidden />}
              hint="p"
              disabled={pause.isPending || resume.isPending}
              call={{ action: paused ? 'ResumeSendTask' : 'PauseSendTask', params: { TaskId: task.TaskId } }}
              onClick={toggle}
            >
              {paused ? w.resume : w.pause}
            </Button>
          )}
          {canStop(story) && (
            <Button look="danger" icon={<CircleStop size={16} aria-hidden />} call={{ action: 'StopSendTask', params: { TaskId: task.TaskId } }} onClick={() => setDialog('stop')}>
              {w.stop}
            </Button>
          )}
        </>
      }
      facts={
        <FactLine
          facts={[
            [w.facts.group, <Link to={`/groups/${task.ReceiverId}`}>{task.ReceiversName || String(task.ReceiverId)}</Link>],
            [w.facts.sender, task.FromEmailAddress],
            task.Template && [
              w.facts.template,
              <Link to={`/templates/${task.Template.TemplateID}`}>{String(task.Template.TemplateID)}</Link>,
            ],
            [
              w.facts.kind,
              task.TaskType === 3 && task.CycleParam
                ? task.CycleParam.TermCycle === 1
                  ? w.facts.once
                  : w.facts.every(Number(task.CycleParam.IntervalTime))
                : w.kind[task.TaskType === 2 ? 'timed' : 'now'],
            ],
            story.StartTime !== ''
              ? [w.facts.started, <Time at={fromBeijing(story.StartTime)} />]
              : [w.facts.created, <Time at={fromBeijing(task.CreateTime)} />],
            hasOrigin(story.Call) && [w.facts.by, <CallOrigin origin={story.Call} />],
            story.FinishTime !== '' && [w.facts.finished, <Time at={fromBeijing(story.FinishTime)} />],
            Number(story.OriginTaskId) !== 0 && [
              w.facts.origin,
              <>
                <Link to={`/tasks/${story.OriginTaskId}`}>{w.facts.originTask(String(story.OriginTaskId))}</Link>
                {story.LeftOutCount > 0 && <span className="grey"> ({w.facts.leftOut(story.LeftOutCount)})</span>}
              </>,
            ],
          ]}
        />
      }
    >
      {story.OrderedInSandbox && (
        <Note tone="info" title={w.orderedInSandbox}>
          {w.orderedInSandboxHelp}
        </Note>
      )}
      {story.HeldBack !== '' && (
        <Note
          tone="warning"
          title={w.heldBack(showShortTime(fromBeijing(story.HeldBackSince), language))}
        >
          {story.HeldBack}
        </Note>
      )}
      {task.ErrMsg !== '' && (
        <Note tone={task.TaskStatus === kFailed ? 'error' : 'info'} title={task.TaskStatus === kFailed ? w.failed : w.stopped}>
          {task.ErrMsg}
        </Note>
      )}
      <OutcomeBar outcomes={outcome} height={16} />
      <dl className="figures">
        {numbers.map(([part, note]) => (
          <div key={part}>
            <dt>
              <span className={`outcome outcome-${part}`} aria-hidden="true" /> {w.legend[part]}
            </dt>
            <dd>
              <Count n={outcome[part]} to={behind(part)} label={w.legend[part]} />
              <span className="grey small">{note}</span>
            </dd>
          </div>
        ))}
        <div className="figures-sum">
          <dt>{w.peopleInRun}</dt>
          <dd>
            <Count n={story.RecipientCount} to={`/tasks/${id}#recipients`} label={w.peopleInRun} />
          </dd>
        </div>
      </dl>
      <div className={hasSide ? 'columns' : 'columns column-alone'}>
        <div className="column-main">
          {task.TaskStatus === kSending && <SpeedChart samples={samples} />}
          <Providers story={story} />
          <Recipients story={story} />
        </div>
        <div className="column-side">
          {story.Task.TaskStatus === kSending && (
            <Section title={w.speed} beside={w.speedNote}>
              <p className="key-figure">{speed === undefined ? w.speedUnknown : w.perSecond(showSpeed(speed, language))}</p>
              {speed !== undefined && speed > 0 && outcome.left > 0 && (
                <p className="grey small">{w.leftAtThisSpeed(showDuration((outcome.left / speed) * 1000))}</p>
              )}
            </Section>
          )}
          <CapsSection story={story} />
          {story.WaitingReasons.length > 0 && (
            <Section
              title={w.waiting}
              beside={w.waitingNote(showNumber(story.WaitingCount + story.DeferredCount, language))}
            >
              <ul className="reason-list">
                {story.WaitingReasons.map((reason) => (
                  <li key={reason.Reason}>
                    <span>
                      {w.waitReason[reason.Reason as keyof typeof w.waitReason] ?? reason.Reason}
                      <span className="grey small block">{reason.Text}</span>
                      <span className="grey small block">
                        {w.column.since} <Time at={fromBeijing(reason.Since)} />
                      </span>
                    </span>
                    <Count n={reason.Count} to={behind(reason.Reason === 'deferred' ? 'delayed' : 'left')} label={reason.Reason} />
                  </li>
                ))}
              </ul>
            </Section>
          )}
          {unsent.length > 0 && (
            <Section title={w.unsentParts} beside={w.unsentPartsNote}>
              <ul className="reason-list">
                {unsent.map((state) => (
                  <li key={state}>
                    <span>{w.recipientState[state]}</span>
                    <Count n={countOf(story, state)} to={`/tasks/${id}?show=${state}#recipients`} label={w.recipientState[state]} />
                  </li>
                ))}
              </ul>
            </Section>
          )}
          {runs.length > 0 && <NextRuns runs={runs} />}
        </div>
      </div>
      {dialog === 'stop' && (
        <ConfirmDialog
          title={w.stopQuestion}
          action={w.stopDo}
          danger
          busy={stop.isPending}
          call={{ action: 'StopSendTask', params: { TaskId: task.TaskId } }}
          onConfirm={() => act(stop, w.stop)}
          onClose={() => setDialog('')}
        >
          {w.stopText}
        </ConfirmDialog>
      )}
      {dialog === 'again' && <ResendDialog story={story} onClose={() => setDialog('')} />}
    </Page>
  );
}

function showSpeed(speed: number, language: string): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: speed < 10 ? 1 : 0 }).format(speed);
}

/** Mails a second, as this page sees the number of outcomes grow, and all that it has seen. */
function useSpeed(story: TaskStory): { speed: number | undefined; samples: readonly Sample[] } {
  const samples = useRef<Sample[]>([]);
  const seen = useRef<Sample[]>([]);
  const done = story.RecipientCount - story.WaitingCount;
  const last = samples.current[samples.current.length - 1];
  if (last === undefined || last.done !== done || performance.now() - last.at >= 1_000) {
    const sample = { at: performance.now(), done };
    samples.current = addSample(samples.current, sample);
    seen.current = [...seen.current.slice(1 - kRatesMax), sample];
  }
  return { speed: speedOf(samples.current), samples: seen.current };
}
