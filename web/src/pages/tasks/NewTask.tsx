import { useEffect, useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router-dom';

import { useCall } from '../../api/query';
import { showNumber } from '../../format/number';
import { fromBeijing, showTime, toBeijing, zoneOffset } from '../../format/time';
import { Button, ConfirmDialog, ErrorPanel, Page, SelectField, TextField, useToast } from '../../parts';
import { FactList } from '../../parts/Facts';
import { Segments } from '../../parts/Segments';
import { usePageKeys } from '../../parts/pageKeys';
import { useMay } from '../../shell/SessionContext';
import { useLanguage, useWords } from '../../words/words';
import { areCaps, capsOf, fieldsOf } from './capFields';
import { CapInputs, useCapLines } from './Caps';
import { capWords } from './capWords';
import { DraftCheck } from './DraftCheck';
import { useDryRun } from './DryRun';
import { callOf, draftOf, kEmptyDraft, toLocalInput, type Draft, type TaskStory } from './model';
import { TestDialog } from './TestDialog';
import { orderOf, useStartTask } from './startTask';
import { useDraftFacts } from './useDraftFacts';
import { draftWords } from './draftWords';
import { words } from './words';
import { inTab } from '../../api/kept';
import { kMod } from '../../parts/modKey';

/** From this number of people on, the number must be typed before anything is sent. */
const kTypedFrom = 1_000;
const kKept = 'sesame.new-task';

/** What was typed stays when the page is left by accident; it is dropped when the task was created. */
function keptDraft(): Draft {
  try {
    return { ...kEmptyDraft, ...(JSON.parse(inTab.read(kKept) ?? '{}') as Partial<Draft>) };
  } catch {
    return kEmptyDraft;
  }
}

function keepDraft(draft: Draft): void {
  inTab.keep(kKept, JSON.stringify(draft));
}

export function NewTask() {
  const w = useWords(draftWords);
  const list = useWords(words);
  const language = useLanguage();
  const navigate = useNavigate();
  const may = useMay();
  const toast = useToast();
  const [search] = useSearchParams();
  const model = search.get('from') ?? '';
  const [draft, setDraft] = useState<Draft>(() => ({
    ...(model ? kEmptyDraft : keptDraft()),
    ...(search.get('group') ? { group: search.get('group') ?? '' } : {}),
    ...(search.get('template') ? { template: search.get('template') ?? '' } : {}),
  }));
  const [dialog, setDialog] = useState<'' | 'confirm' | 'test'>('');
  const from = useCall<TaskStory>('GetSendTask', { TaskId: /^\d+$/.test(model) ? BigInt(model) : 0 }, {
    enabled: /^\d+$/.test(model),
  });
  const origin = from.data;
  // The task stays the same when it is read again, the answer around it does not: what was typed is kept.
  useEffect(() => {
    if (origin) setDraft({ ...draftOf(origin.Task, toLocalInput), ...fieldsOf(origin) });
  }, [origin?.Task]);
  useEffect(() => keepDraft(draft), [draft]);
  const set = (change: Partial<Draft>) => setDraft((old) => ({ ...old, ...change }));
  const facts = useDraftFacts(draft);
  const create = useStartTask();
  const caps = useWords(capWords);
  const capLines = useCapLines(capsOf(draft));
  const badCaps = !areCaps(draft);
  const bad = facts.checks.filter((check) => check.verdict === 'bad').length;
  const open = facts.checks.filter((check) => check.verdict === 'open').length;
  const run = useDryRun(draft, bad + open === 0 && !badCaps);
  const people = run.data?.State === 'finished' ? Number(run.data.MailedCount) : facts.people;
  const begin = draft.begin === '' ? undefined : new Date(draft.begin);
  const refused = run.data?.Verdict === 'blocked' ? run.data.Blocking.length : 0;
  const reason = badCaps ? caps.badForm : refused > 0 ? w.dry.verdict.blocked(refused) : bad > 0 ? w.check.blocked(bad + open) : open > 0 ? w.check.open(open) : undefined;
  const review = () => {
    if (!reason) setDialog('confirm');
  };
  usePageKeys({ 'Mod+Enter': review });
  const start = () =>
    create.mutate(draft, {
      onSuccess: (answer) => {
        inTab.drop(kKept);
        toast(w.confirm.started);
        navigate(`/tasks/${answer.TaskId}`);
      },
    });
  const senders = facts.senders.map((sender) => ({
    value: sender.EmailAddress,
    label: sender.EmailSenderName ? `${sender.EmailSenderName} <${sender.EmailAddress}>` : sender.EmailAddress,
  }));
  const chooseSender = (address: string) =>
    set({
      sender: address,
      senderName: facts.senders.find((sender) => sender.EmailAddress === address)?.EmailSenderName ?? '',
    });
  return (
    <Page
      crumbs={
        <>
          <Link to="/tasks">{list.title}</Link> / {list.newTask}
        </>
      }
      title={w.form.title}
    >
      <div className="columns columns-form">
        <form
          className="form-blocks"
          onSubmit={(event) => {
            event.preventDefault();
            review();
          }}
        >
          <fieldset className="form-block">
            <legend>{w.form.who}</legend>
            <SelectField
              label={w.form.group}
              required
              value={draft.group}
              onChange={(group) => set({ group })}
              options={[
                { value: '', label: w.form.chooseGroup },
                ...facts.groups.map((group) => ({
                  value: String(group.ReceiverId),
                  label: w.form.groupOption(group.ReceiversName, showNumber(group.Count, language)),
                })),
              ]}
            />
          </fieldset>
          <fieldset className="form-block">
            <legend>{w.form.what}</legend>
            <div className="form-pair">
              <SelectField
                label={w.form.template}
                required
                value={draft.template}
                onChange={(template) => set({ template })}
                options={[
                  { value: '', label: w.form.chooseTemplate },
                  ...facts.templates.map((template) => ({
                    value: String(template.TemplateID),
                    label: `${template.TemplateID} ${template.TemplateName}`,
                  })),
                ]}
              />
              <SelectField
                label={w.form.sender}
                required
                value={draft.sender}
                onChange={chooseSender}
                options={[{ value: '', label: w.form.chooseSender }, ...senders]}
              />
            </div>
            <TextField
              label={w.form.subject}
              required
              value={draft.subject}
              onChange={(subject) => set({ subject })}
              hint={w.form.subjectHint([...draft.subject].length)}
            />
            <div className="form-pair">
              <TextField label={w.form.senderName} value={draft.senderName} onChange={(senderName) => set({ senderName })} />
              <TextField
                label={w.form.reply}
                type="email"
                value={draft.reply}
                onChange={(reply) => set({ reply })}
                hint={w.form.replyHint}
              />
            </div>
            {facts.common.length > 0 && (
              <>
                <p className="small grey">
                  {w.form.values}. {w.form.valuesHint}
                </p>
                <div className="form-pair">
                  {facts.common.map((name) => (
                    <TextField
                      key={name}
                      label={`{{${name}}}`}
                      value={draft.values[name] ?? ''}
                      onChange={(value) => {
                        const values = { ...draft.values };
                        if (value === '') delete values[name];
                        else values[name] = value;
                        set({ values });
                      }}
                    />
                  ))}
                </div>
              </>
            )}
          </fieldset>
          <fieldset className="form-block">
            <legend>{w.form.when}</legend>
            <Segments
              label={w.form.when}
              value={draft.when}
              onChange={(when) => set({ when: when as Draft['when'] })}
              segments={[
                { value: 'now', label: w.form.now },
                { value: 'timed', label: w.form.timed },
                { value: 'recurring', label: w.form.recurring },
              ]}
            />
            {draft.when !== 'now' && (
              <div className="form-pair">
                <TextField
                  label={w.form.begin}
                  type="datetime-local"
                  required
                  value={draft.begin}
                  onChange={(value) => set({ begin: value })}
                  hint={begin ? w.form.inBeijing(zoneOffset(begin), toBeijing(begin).slice(0, 16)) : undefined}
                  error={begin && begin <= new Date() ? w.form.past : undefined}
                />
                {draft.when === 'recurring' && (
                  <TextField
                    label={w.form.interval}
                    inputMode="numeric"
                    value={draft.interval}
                    onChange={(interval) => set({ interval })}
                    error={facts.intervalOk ? undefined : w.form.badInterval}
                  />
                )}
              </div>
            )}
          </fieldset>
          {may('UpdateSendTask') && (
            <fieldset className="form-block">
              <legend>{caps.title}</legend>
              <CapInputs fields={draft} onChange={set} />
            </fieldset>
          )}
          <fieldset className="form-block">
            <legend>{w.form.options}</legend>
            <div className="form-pair">
              <SelectField
                label={w.form.unsubscribe}
                value={draft.unsubscribe}
                onChange={(unsubscribe) => set({ unsubscribe })}
                options={[
                  { value: '', label: w.form.unsubscribeDefault },
                  ...Object.entries(w.form.unsubscribeChoices).map(([value, label]) => ({ value, label })),
                ]}
              />
              <SelectField
                label={w.form.ad}
                value={draft.ad}
                onChange={(ad) => set({ ad })}
                options={[
                  { value: '0', label: w.form.adNone },
                  { value: '1', label: w.form.adBefore },
                  { value: '2', label: w.form.adAfter },
                ]}
              />
            </div>
          </fieldset>
          <div className="form-actions">
            <Button
              type="submit"
              look="filled"
              hint={`${kMod} Enter`}
              reason={reason}
              call={{ action: 'BatchSendEmail', params: callOf(orderOf(draft, new Date()), toBeijing) }}
              onClick={review}
            >
              {w.form.review}
            </Button>
            <Button
              needs="SendEmail"
              reason={draft.template === '' || draft.sender === '' ? w.form.testNeeds : undefined}
              onClick={() => setDialog('test')}
            >
              {w.form.test}
            </Button>
          </div>
        </form>
        <DraftCheck draft={draft} facts={facts} run={bad + open === 0 ? run : undefined} />
      </div>
      {dialog === 'confirm' && (
        <ConfirmDialog
          title={w.confirm.title(showNumber(people, language))}
          action={draft.when === 'now' ? w.confirm.send : w.confirm.schedule}
          typed={people >= kTypedFrom ? String(people) : undefined}
          busy={create.isPending}
          call={{ action: 'BatchSendEmail', params: callOf(orderOf(draft, new Date()), toBeijing) }}
          onConfirm={start}
          onClose={() => setDialog('')}
        >
          <FactList
            facts={[
              [w.confirm.group, facts.group?.ReceiversName ?? ''],
              [w.confirm.sender, draft.sender],
              [w.confirm.subject, draft.subject],
              [
                w.confirm.first,
                draft.when === 'now' || !begin
                  ? w.confirm.now
                  : `${showTime(begin, language, false)} (${zoneOffset(begin)}), ${w.confirm.inBeijing(toBeijing(begin).slice(0, 16))}`,
              ],
              capLines.length > 0 && [caps.title, capLines.join(', ')],
              run.data && run.data.EstimatedEndTime !== '' && !run.stale && [
                '', caps.ends(showTime(fromBeijing(run.data.EstimatedEndTime), language, false)),
              ],
            ]}
          />
          {create.error && <ErrorPanel title={w.form.title} error={create.error} />}
        </ConfirmDialog>
      )}
      {dialog === 'test' && (
        <TestDialog
          template={draft.template}
          sender={draft.sender}
          senderName={draft.senderName}
          subject={draft.subject || facts.templateName}
          values={facts.sampleValues}
          onClose={() => setDialog('')}
        />
      )}
    </Page>
  );
}
