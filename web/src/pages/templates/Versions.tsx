import { CircleCheck, History } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';

import { useAct, useCall } from '../../api/query';
import { showBytes } from '../../format/number';
import { fromBeijing } from '../../format/time';
import {
  Button, ConfirmDialog, DataTable, ErrorPanel, Note, Skeleton, StateMark, Time, useToast, type Column,
} from '../../parts';
import { Await } from '../../parts/Await';
import { Segments } from '../../parts/Segments';
import { useWords } from '../../words/words';
import { useRange } from '../useRange';
import type { TemplateDraft } from './draft';
import { fromBase64 } from './variables';
import { versionWords } from './versionWords';

const VersionDiff = lazy(() => import('./VersionDiff'));

const kPage = 10;

interface Version {
  readonly Number: number;
  readonly CreateTime: string;
  readonly Author: string;
  readonly Bytes: number;
  readonly RestoredFrom: number;
  readonly Current: boolean;
}

interface VersionContent {
  readonly html: string;
  readonly text: string;
}

interface Answer {
  readonly TotalCount: number;
  readonly Data: Version[];
  readonly TemplateContent: { readonly Html: string; readonly Text: string } | null;
}

/** The versions of a saved template: who made them and when, what differs from the saved one, and restoring. */
export function Versions(props: { id: string; saved: TemplateDraft; changed: boolean; onRestored: (content: VersionContent) => void }) {
  const w = useWords(versionWords);
  const range = useRange(kPage, 'versions');
  const [shown, setShown] = useState<number>();
  const versions = useCall<Answer>('ListEmailTemplateVersions', {
    TemplateID: BigInt(props.id),
    Offset: range.offset,
    Limit: kPage,
  });
  const columns: Column<Version>[] = [
    {
      key: 'version',
      head: w.column.version,
      cell: (one) =>
        one.Current ? (
          <StateMark icon={CircleCheck} tone="success">
            {w.current(one.Number)}
          </StateMark>
        ) : (
          <button type="button" className="link-button row-name" onClick={() => setShown(one.Number)}>
            {w.number(one.Number)}
          </button>
        ),
    },
    { key: 'made', head: w.column.made, number: true, cell: (one) => <Time at={fromBeijing(one.CreateTime)} /> },
    { key: 'who', head: w.column.who, wideOnly: true, cell: (one) => <span className="cell-text">{one.Author || w.unknown}</span> },
    {
      key: 'note',
      head: w.column.note,
      wideOnly: true,
      cell: (one) => (one.RestoredFrom > 0 ? <span className="grey">{w.restoredFrom(one.RestoredFrom)}</span> : ''),
    },
    { key: 'size', head: w.column.size, number: true, wideOnly: true, cell: (one) => showBytes(one.Bytes) },
  ];
  return (
    <Await of={versions} title={w.title} rows={4}>
      {(data) => (
        <>
          <DataTable
            caption={w.title}
            columns={columns}
            rows={data.Data}
            rowKey={(one) => String(one.Number)}
            onOpen={(one) => setShown(one.Current ? undefined : one.Number)}
            paging={range.paging(data.TotalCount, data.Data.length)}
          />
          {shown === undefined ? (
            <p className="grey small">{data.TotalCount > 1 ? w.choose : w.onlyOne}</p>
          ) : (
            <OneVersion key={shown} number={shown} {...props} onClose={() => setShown(undefined)} />
          )}
        </>
      )}
    </Await>
  );
}

function OneVersion(props: {
  id: string;
  number: number;
  saved: TemplateDraft;
  changed: boolean;
  onRestored: (content: VersionContent) => void;
  onClose: () => void;
}) {
  const w = useWords(versionWords);
  const toast = useToast();
  const [part, setPart] = useState<'html' | 'text'>(props.saved.html === '' ? 'text' : 'html');
  const [asked, setAsked] = useState(false);
  const version = useCall<Answer>('ListEmailTemplateVersions', {
    TemplateID: BigInt(props.id),
    Offset: 0,
    Limit: 1,
    Number: props.number,
  });
  const restore = useAct<{ TemplateStatus: number }>('RestoreEmailTemplateVersion', {
    changes: ['ListEmailTemplateVersions', 'ListEmailTemplates', 'GetEmailTemplate'],
  });
  return (
    <Await of={version} title={w.number(props.number)} rows={6}>
      {(data) => {
        const before = {
          html: fromBase64(data.TemplateContent?.Html ?? ''),
          text: fromBase64(data.TemplateContent?.Text ?? ''),
        };
        const same = before[part] === props.saved[part];
        return (
          <section aria-label={w.difference(props.number)}>
            <h3>{w.difference(props.number)}</h3>
            <div className="toolbar">
              <Segments
                label={w.part}
                value={part}
                onChange={(next) => setPart(next === 'text' ? 'text' : 'html')}
                segments={[
                  { value: 'html', label: 'HTML' },
                  { value: 'text', label: w.text },
                ]}
              />
              <Button
                small
                icon={<History size={14} aria-hidden />}
                needs="RestoreEmailTemplateVersion"
                reason={props.changed ? w.unsaved : undefined}
                onClick={() => setAsked(true)}
              >
                {w.restore(props.number)}
              </Button>
              <Button small onClick={props.onClose}>
                {w.close}
              </Button>
            </div>
            {same ? (
              <Note tone="info" title={w.same} />
            ) : (
              <>
                <p className="grey small">{w.legend(props.number)}</p>
                <Suspense fallback={<Skeleton rows={8} height={18} waitingFor={w.title} />}>
                  <VersionDiff
                    label={w.difference(props.number)}
                    unchanged={w.unchanged}
                    before={before[part]}
                    after={props.saved[part]}
                  />
                </Suspense>
              </>
            )}
            {asked && (
              <ConfirmDialog
                title={w.question(props.number)}
                action={w.restore(props.number)}
                busy={restore.isPending}
                call={{ action: 'RestoreEmailTemplateVersion', params: { TemplateID: BigInt(props.id), Number: props.number } }}
                onClose={() => setAsked(false)}
                onConfirm={() =>
                  restore.mutate(
                    { TemplateID: BigInt(props.id), Number: props.number },
                    {
                      onSuccess: (answer) => {
                        toast(answer.TemplateStatus === 1 ? w.restoredForReview : w.restored);
                        props.onRestored(before);
                      },
                    },
                  )
                }
              >
                {w.questionText}
                {restore.error && <ErrorPanel title={w.restore(props.number)} error={restore.error} />}
              </ConfirmDialog>
            )}
          </section>
        );
      }}
    </Await>
  );
}
