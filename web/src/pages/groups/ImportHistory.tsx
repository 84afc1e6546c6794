import { CircleCheck, CircleDashed, CircleSlash, RotateCcw, Undo2, type LucideIcon } from 'lucide-react';
import { useState } from 'react';

import { useAct, useCall } from '../../api/query';
import { showNumber } from '../../format/number';
import { fromBeijing } from '../../format/time';
import {
  Button, ConfirmDialog, DataTable, Empty, ErrorPanel, LinkButton, Progress, Section, StateMark, Time, type Column, type Tone,
} from '../../parts';
import { Await } from '../../parts/Await';
import { useLanguage, useWords } from '../../words/words';
import { useRange } from '../useRange';
import type { Import } from './importModel';
import { importWords } from './importWords';
import type { Group } from './model';
import { VerdictButton } from './VerdictButton';
import { words } from './words';

const kPage = 20;

const kLooks: Readonly<Record<Import['State'], readonly [LucideIcon, Tone]>> = {
  open: [CircleDashed, 'warning'],
  finished: [CircleCheck, 'success'],
  undoing: [RotateCcw, 'accent'],
  stopped: [CircleSlash, 'warning'],
  undone: [Undo2, 'neutral'],
};

/** The imports of a group: what each brought, what became of its rows, and how it is undone. */
export function ImportHistory({ group }: { group: Group }) {
  const w = useWords(importWords);
  const all = useWords(words);
  const language = useLanguage();
  const range = useRange(kPage, 'imports');
  const [asked, setAsked] = useState<Import>();
  const id = String(group.ReceiverId);
  const imports = useCall<{ TotalCount: number; Data: Import[] }>(
    'ListImports',
    { ReceiverId: group.ReceiverId, Offset: range.offset, Limit: kPage },
    { every: 5_000 },
  );
  const undo = useAct('UndoImport', { changes: ['ListImports', 'ListReceivers', 'ListReceiverDetails'] });
  const columns: Column<Import>[] = [
    {
      key: 'file',
      head: w.column.file,
      cell: (one) => (
        <>
          <span className="cell-text">{one.FileName}</span>
          <span className="small grey"> {w.by(one.Author)}</span>
        </>
      ),
    },
    { key: 'state', head: w.column.state, cell: (one) => (one.State === 'undoing' ? <Undoing listed={one} /> : <ImportState one={one} />) },
    { key: 'rows', head: w.column.rows, number: true, wideOnly: true, cell: (one) => showNumber(one.TotalCount, language) },
    { key: 'added', head: w.column.added, number: true, cell: (one) => showNumber(one.AddedCount, language) },
    { key: 'odd', head: w.column.odd, wideOnly: true, cell: (one) => <span className="small grey">{oddOf(one)}</span> },
    { key: 'begun', head: w.column.begun, number: true, wideOnly: true, cell: (one) => <Time at={fromBeijing(one.CreateTime)} /> },
    {
      key: 'actions',
      head: w.column.actions,
      cell: (one) => (
        <span className="empty-actions">
          <VerdictButton one={one} small />
          {one.State === 'open' && (
            <LinkButton small to={`/groups/${id}/import`} needs="ImportRecipients" title={w.goOnHint}>
              {w.goOn}
            </LinkButton>
          )}
          {one.State === 'undoing' ? (
            <Button
              small
              call={{ action: 'UndoImport', params: { ImportId: one.ImportId, Stop: true } }}
              onClick={() => undo.mutate({ ImportId: one.ImportId, Stop: true })}
            >
              {w.stop}
            </Button>
          ) : (
            one.State !== 'undone' && (
              <Button
                small
                look="danger"
                icon={<Undo2 size={14} aria-hidden />}
                needs="UndoImport"
                reason={(fromBeijing(one.UndoUntil) ?? new Date(0)) < new Date() ? w.undoLate(one.UndoUntil) : undefined}
                onClick={() => setAsked(one)}
              >
                {one.State === 'stopped' ? w.undoAgain : w.undo}
              </Button>
            )
          )}
        </span>
      ),
    },
  ];
  function oddOf(one: Import): string {
    const parts: string[] = [];
    const add = (count: number, name: string) => {
      if (count > 0) parts.push(`${showNumber(count, language)} ${name}`);
    };
    add(one.RepeatCount, w.counts.repeat);
    if (one.LeaveOutMalformed) add(one.InvalidCount, w.counts.invalid);
    add(one.EmptyEmailCount, w.counts.empty);
    add(one.TooLongCount, w.counts.too_long);
    add(one.RefusedCount, w.counts.refused);
    return parts.join(', ');
  }
  return (
    <Section title={w.title}>
      {undo.error && !asked && <ErrorPanel title={w.undo} error={undo.error} />}
      <Await of={imports} title={w.title} rows={4}>
        {(data) =>
          data.Data.length > 0 ? (
            <DataTable
              caption={w.title}
              columns={columns}
              rows={data.Data}
              rowKey={(one) => String(one.ImportId)}
              paging={range.paging(data.TotalCount, data.Data.length)}
            />
          ) : (
            <Empty title={w.none} action={<LinkButton to={`/groups/${id}/import`} needs="ImportRecipients">{all.import}</LinkButton>}>
              {w.noneText}
            </Empty>
          )
        }
      </Await>
      {asked && (
        <ConfirmDialog
          title={w.undoQuestion}
          action={w.undo}
          danger
          busy={undo.isPending}
          call={{ action: 'UndoImport', params: { ImportId: asked.ImportId } }}
          onClose={() => setAsked(undefined)}
          onConfirm={() => undo.mutate({ ImportId: asked.ImportId }, { onSuccess: () => setAsked(undefined) })}
        >
          {w.undoText(showNumber(asked.AddedCount - asked.RemovedCount, language), asked.FileName)}
          {undo.error && <ErrorPanel title={w.undo} error={undo.error} />}
        </ConfirmDialog>
      )}
    </Section>
  );
}

/** An import that is being undone: its progress has events of its own. */
function Undoing({ listed }: { listed: Import }) {
  const read = useCall<{ Import: Import }>('GetImport', { ImportId: listed.ImportId }, { every: 1_000 });
  return <ImportState one={read.data?.Import ?? listed} />;
}

function ImportState({ one }: { one: Import }) {
  const w = useWords(importWords);
  const language = useLanguage();
  const [icon, tone] = kLooks[one.State];
  const removed = w.removed(showNumber(one.RemovedCount, language), showNumber(one.AddedCount, language));
  if (one.State === 'undoing')
    return <Progress label={w.undoing} value={one.RemovedCount} max={one.AddedCount} text={removed} />;
  return (
    <StateMark icon={icon} tone={tone} title={one.State}>
      {w.state[one.State]}
      {one.RemovedCount > 0 && <span className="grey"> {removed}</span>}
    </StateMark>
  );
}
