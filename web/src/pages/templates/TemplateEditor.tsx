import { Copy, FileUp, Save, Send, Trash2 } from 'lucide-react';
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router-dom';

import { useAct } from '../../api/query';
import { showBytes } from '../../format/number';
import {
  ApiState, Button, ConfirmDialog, ErrorPanel, LinkButton, Note, Page, Skeleton, Tabs, TextAreaField, TextField, useToast,
} from '../../parts';
import { usePageKeys } from '../../parts/pageKeys';
import { useWords } from '../../words/words';
import { TestDialog } from '../tasks/TestDialog';
import type { EditorPlace } from './CodeEditor';
import { dropDraft, keepDraft, keptDraft, sameDraft, type TemplateDraft } from './draft';
import { Findings, Variables } from './Findings';
import { importFile } from './importFile';
import { Preview } from './Preview';
import { Review } from './Review';
import { reviewWords } from './reviewWords';
import { kStarters, sampleValue, type SampleSet, type StarterName } from './starters';
import { useRendered } from './useRendered';
import { textOfHtml, toBase64 } from './variables';
import { Versions } from './Versions';
import { versionWords } from './versionWords';
import { words } from './words';
import { useMay } from '../../shell/SessionContext';
import { kMod } from '../../parts/modKey';

const CodeEditor = lazy(() => import('./CodeEditor'));
// The tests of mail programs are read with the findings only.
const ClientSupport = lazy(() => import('./ClientSupport'));

export interface StoredTemplate extends TemplateDraft {
  readonly status: number;
}

const kEmpty: TemplateDraft = { name: '', html: '', text: '' };

/** The content of a template under one's hands, with its preview beside it. */
export function TemplateEditor({ id, stored }: { id: string | undefined; stored: StoredTemplate | undefined }) {
  const w = useWords(words);
  const v = useWords(versionWords);
  const r = useWords(reviewWords);
  const navigate = useNavigate();
  const may = useMay();
  const toast = useToast();
  const [search, setSearch] = useSearchParams();
  const [draft, setDraft] = useState<TemplateDraft>(() => keptDraft(id) ?? stored ?? kEmpty);
  const [set, setSet] = useState<SampleSet>('typical');
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [subject, setSubject] = useState('');
  const [place, setPlace] = useState<EditorPlace>();
  const [dialog, setDialog] = useState<'' | 'delete' | 'test'>('');
  const [failure, setFailure] = useState<unknown>();
  const file = useRef<HTMLInputElement>(null);
  const tab = search.get('part') ?? 'html';
  const base = stored ?? kEmpty;
  const changed = !sameDraft(draft, base);
  const fromBefore = useRef(changed && stored !== undefined);

  useEffect(() => {
    if (changed) keepDraft(id, draft);
    else dropDraft(id);
  }, [changed, draft, id]);

  const create = useAct<{ TemplateID: number | bigint }>('CreateEmailTemplate', { changes: ['ListEmailTemplates'] });
  const update = useAct('UpdateEmailTemplate', { changes: ['ListEmailTemplates', 'GetEmailTemplate'] });
  const remove = useAct('DeleteEmailTemplate', { changes: ['ListEmailTemplates'] });
  const act = id === undefined ? create : update;
  const rendered = useRendered(draft, subject, set, values);
  const names = rendered.variables.map((variable) => variable.Name);
  const sample = useMemo(
    () => Object.fromEntries(names.map((name) => [name, values[name] ?? sampleValue(set, name)])),
    // The names are made anew with each answer; what they say is what counts.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [names.join('\n'), set, values],
  );
  const reason =
    draft.name.trim() === '' ? w.nameNeeded : draft.html === '' && draft.text === '' ? w.saveNotPossible : undefined;

  const noTest = changed ? w.testNeedsSave : stored && stored.status !== 0 ? r.notApproved : undefined;
  const saving = id === undefined ? 'CreateEmailTemplate' : 'UpdateEmailTemplate';
  const content = () => ({
    TemplateContent: {
      Html: draft.html === '' ? undefined : toBase64(draft.html),
      Text: draft.text === '' ? undefined : toBase64(draft.text),
    } as { Html: string; Text: string },
    TemplateName: draft.name.trim(),
    TemplateID: id === undefined ? undefined : BigInt(id),
  });
  const save = () => {
    if (reason || act.isPending || !may(saving)) return;
    if (id === undefined) {
      create.mutate(content(), {
        onSuccess: (answer) => {
          dropDraft(undefined);
          toast(w.saved);
          navigate(`/templates/${answer.TemplateID}`, { replace: true });
        },
      });
    } else {
      update.mutate(content(), { onSuccess: () => toast(w.saved) });
    }
  };
  usePageKeys({
    'Mod+s': save,
    'Mod+Enter': id !== undefined && !noTest && may('SendEmail') ? () => setDialog('test') : undefined,
    F9: () => document.getElementById('template-preview')?.scrollIntoView(),
  });

  const change = (part: Partial<TemplateDraft>) => setDraft((old) => ({ ...old, ...part }));
  const showTab = (key: string) => {
    const next = new URLSearchParams(search);
    next.set('part', key);
    setSearch(next, { replace: true });
  };
  const showPlace = (line: number, column: number) => {
    showTab('html');
    setPlace({ line, column });
  };
  const take = async (chosen: File) => {
    try {
      const imported = await importFile(chosen);
      change({
        html: imported.html,
        text: imported.text,
        name: draft.name || chosen.name.replace(/\.[^.]*$/, '').replace(/[^\p{L}\p{N} _-]+/gu, ' ').slice(0, 50),
      });
      if (imported.subject !== '') setSubject(imported.subject.slice(0, 100));
      setFailure(undefined);
      toast(w.importedFrom(chosen.name));
    } catch (error) {
      setFailure(error);
    }
  };
  const tabs = [
    { key: 'html', label: w.tab.html },
    { key: 'text', label: w.tab.text },
    { key: 'variables', label: `${w.tab.variables} ${names.length || ''}`.trim() },
    { key: 'findings', label: `${w.tab.findings} ${rendered.findingCount || ''}`.trim() },
    ...(stored ? [{ key: 'versions', label: v.title }] : []),
  ];
  return (
    <Page
      crumbs={
        <>
          <Link to="/templates">{w.title}</Link> / {id ?? w.newTemplate}
        </>
      }
      title={draft.name || w.untitled}
      beside={
        <>
          {stored && <ApiState kind="template" status={stored.status} />}
          {changed && <span>{w.unsaved}</span>}
        </>
      }
      actions={
        <>
          <Button icon={<FileUp size={16} aria-hidden />} title={w.importHint} onClick={() => file.current?.click()}>
            {w.import}
          </Button>
          {id !== undefined && (
            <>
              <Button
                icon={<Send size={16} aria-hidden />}
                needs="SendEmail"
                reason={noTest}
                onClick={() => setDialog('test')}
              >
                {w.test}
              </Button>
              <Button
                icon={<Copy size={16} aria-hidden />}
                needs="CreateEmailTemplate"
                onClick={() => {
                  keepDraft(undefined, { ...draft, name: `${draft.name.slice(0, 46)} 2` });
                  navigate('/templates/new');
                }}
              >
                {w.duplicate}
              </Button>
              <LinkButton to={`/tasks/new?template=${id}`} needs="BatchSendEmail">{w.mail}</LinkButton>
              <Button
                look="danger"
                icon={<Trash2 size={16} aria-hidden />}
                needs="DeleteEmailTemplate"
                onClick={() => setDialog('delete')}
              >
                {w.delete}
              </Button>
            </>
          )}
          <Button look="filled" icon={<Save size={16} aria-hidden />} hint={`${kMod} S`} reason={reason} call={{ action: saving, params: content }} onClick={save}>
            {w.save}
          </Button>
        </>
      }
    >
      <input
        ref={file}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={w.import}
        accept=".html,.htm,.eml,.txt,text/html"
        onChange={(event) => {
          const chosen = event.target.files?.[0];
          event.target.value = '';
          if (chosen) void take(chosen);
        }}
      />
      {id !== undefined && (stored?.status === 1 || stored?.status === 2) && <Review id={id} status={stored.status} changed={changed} />}
      {fromBefore.current && changed && stored && (
        <Note
          tone="info"
          title={w.draftFound}
          action={
            <Button
              small
              onClick={() => {
                fromBefore.current = false;
                setDraft(stored);
              }}
            >
              {w.takeSaved}
            </Button>
          }
        >
          {w.draftFoundText}
        </Note>
      )}
      {failure !== undefined && <ErrorPanel title={w.importFailed} error={failure} />}
      {act.error && <ErrorPanel title={w.save} error={act.error} />}
      <div className="columns columns-half">
        <div className="column-main" data-editor-frame tabIndex={-1}>
          <div className="form-pair">
            <TextField label={w.name} required hint={w.nameHint} value={draft.name} onChange={(name) => change({ name })} />
            {id === undefined && draft.html === '' && draft.text === '' && (
              <div className="field">
                <span className="field-head small">{w.starters}</span>
                <div className="empty-actions">
                  {(Object.keys(kStarters) as StarterName[])
                    .filter((name) => name !== 'empty')
                    .map((name) => (
                      <Button key={name} small onClick={() => change(kStarters[name])}>
                        {w.starter[name]}
                      </Button>
                    ))}
                </div>
              </div>
            )}
          </div>
          <Tabs label={w.parts} tabs={tabs} value={tab} onChange={showTab}>
            {tab === 'html' && (
              <Suspense fallback={<Skeleton rows={12} height={18} waitingFor={w.loadingEditor} />}>
                <CodeEditor label={w.editorLabel} value={draft.html} onChange={(html) => change({ html })} place={place} />
              </Suspense>
            )}
            {tab === 'text' && (
              <>
                <TextAreaField label={w.textLabel} mono rows={20} value={draft.text} onChange={(text) => change({ text })} />
                {draft.html !== '' && (
                  <div className="form-actions">
                    <Button onClick={() => change({ text: `${textOfHtml(draft.html)}\n` })}>{w.makeText}</Button>
                  </div>
                )}
              </>
            )}
            {tab === 'variables' && (
              <Variables
                variables={rendered.variables}
                values={sample}
                onValue={(name, value) => setValues({ ...values, [name]: value })}
              />
            )}
            {tab === 'findings' && (
              <>
                <Findings
                  rendered={rendered}
                  onOpen={(finding) => (finding.Part === 'Html' ? showPlace(Number(finding.Line), Number(finding.Column)) : showTab('text'))}
                />
                <Suspense fallback={null}>
                  <ClientSupport html={draft.html} onOpen={(line) => showPlace(line, 1)} />
                </Suspense>
              </>
            )}
            {tab === 'versions' && id !== undefined && stored && (
              <Versions id={id} saved={stored} changed={changed} onRestored={(content) => setDraft((now) => ({ ...now, ...content }))} />
            )}
          </Tabs>
          <p className="grey small">
            {w.size(
              showBytes(new TextEncoder().encode(draft.html).length),
              showBytes(new TextEncoder().encode(draft.text).length),
            )}
          </p>
        </div>
        <Preview
          rendered={rendered}
          subject={subject}
          onSubject={setSubject}
          set={set}
          onSet={(next) => {
            setSet(next);
            setValues({});
          }}
        />
      </div>
      {dialog === 'delete' && id !== undefined && (
        <ConfirmDialog
          title={w.deleteQuestion}
          action={w.delete}
          danger
          busy={remove.isPending}
          call={{ action: 'DeleteEmailTemplate', params: { TemplateID: BigInt(id) } }}
          onClose={() => setDialog('')}
          onConfirm={() =>
            remove.mutate(
              { TemplateID: BigInt(id) },
              {
                onSuccess: () => {
                  dropDraft(id);
                  toast(w.deleted);
                  navigate('/templates');
                },
              },
            )
          }
        >
          {w.deleteText}
          {remove.error && <ErrorPanel title={w.delete} error={remove.error} />}
        </ConfirmDialog>
      )}
      {dialog === 'test' && id !== undefined && (
        <TestDialog template={id} subject={subject || draft.name} values={sample} onClose={() => setDialog('')} />
      )}
    </Page>
  );
}
