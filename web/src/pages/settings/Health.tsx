import { CircleCheck, CircleX, RefreshCw, TriangleAlert, type LucideIcon } from 'lucide-react';

import { useCall } from '../../api/query';
import { fromBeijing, showShortTime } from '../../format/time';
import { Button, DataTable, StateMark, Time, type Column, type Tone } from '../../parts';
import { Await } from '../../parts/Await';
import { useLanguage, useWords } from '../../words/words';
import { words } from './words';

export interface Check {
  readonly Name: string;
  readonly State: 'ok' | 'warning' | 'error';
  readonly Text: string;
  readonly Detail: string;
  readonly Since: string;
}

const kMarks: Readonly<Record<Check['State'], readonly [LucideIcon, Tone]>> = {
  ok: [CircleCheck, 'success'],
  warning: [TriangleAlert, 'warning'],
  error: [CircleX, 'error'],
};

/** What a working server needs, and how each of it is. `only`: the checks of these names. */
export function Health({ only }: { only?: ReadonlySet<string> }) {
  const w = useWords(words);
  const language = useLanguage();
  const health = useCall<{ Checks: Check[] }>('GetHealth', {}, { every: 10_000 });
  const columns: Column<Check>[] = [
    { key: 'check', head: w.column.check, cell: (check) => <b>{w.health.name[check.Name as keyof typeof w.health.name] ?? check.Name}</b> },
    {
      key: 'state',
      head: w.column.state,
      cell: (check) => {
        const [icon, tone] = kMarks[check.State] ?? kMarks.warning;
        return (
          <StateMark icon={icon} tone={tone}>
            {w.health.state[check.State] ?? check.State}
          </StateMark>
        );
      },
    },
    {
      key: 'detail',
      head: w.column.detail,
      wideOnly: true,
      cell: (check) => (
        <span className="cell-text">
          {check.Text} {check.Detail !== '' && <span className="grey">{check.Detail}</span>}
        </span>
      ),
    },
    { key: 'since', head: w.column.since, number: true, wideOnly: true, cell: (check) => <Time at={fromBeijing(check.Since)} /> },
  ];
  return (
    <Await of={health} title={w.tab.health} rows={5}>
      {(data) => (
        <>
          <DataTable
            caption={w.tab.health}
            columns={columns}
            rows={data.Checks.filter((check) => !only || only.has(check.Name))}
            rowKey={(check) => check.Name}
          />
          <div className="form-actions">
            <Button small icon={<RefreshCw size={14} aria-hidden />} onClick={() => void health.refetch()}>
              {w.health.again}
            </Button>
            <span className="grey small">{showShortTime(new Date(health.dataUpdatedAt), language)}</span>
          </div>
        </>
      )}
    </Await>
  );
}
