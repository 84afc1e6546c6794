import { Download, SquareX } from 'lucide-react';
import { useState } from 'react';

import { showNumber } from '../../format/number';
import { Button, DataTable, Section, StateMark, type Column } from '../../parts';
import { Segments } from '../../parts/Segments';
import { useLanguage, useWords } from '../../words/words';
import { csvText } from '../csv';
import { download } from '../download';
import { kOddRowsMax, type Check, type OddRow, type Verdict } from './rows';
import { words } from './words';

export const kVerdicts: readonly Verdict[] = ['Repeat', 'Empty', 'TooLong', 'Tag', 'DataTooLong'];
/** The screen shows the first odd rows; the file has all that are kept. */
const kShownMax = 200;

/** The rows of which something is to be told, by verdict, on the screen and as a file. */
export function Verdicts({ check, dataBytes, name }: { check: Check; dataBytes: number; name: string }) {
  const all = useWords(words);
  const w = all.imported;
  const language = useLanguage();
  const [chosen, setChosen] = useState('');
  const total = kVerdicts.reduce((sum, verdict) => sum + check.counts[verdict], 0);
  const reasonOf = (row: OddRow): string => {
    switch (row.verdict) {
      case 'Repeat': return w.reason.Repeat(showNumber(row.first ?? 0, language));
      case 'Tag': return w.reason.Tag(row.variable ?? '');
      case 'DataTooLong': return w.reason.DataTooLong(showNumber(dataBytes, language));
      default: return w.reason[row.verdict];
    }
  };
  if (total === 0) {
    return (
      <Section title={w.verdicts}>
        <p className="grey">{w.noVerdicts}</p>
      </Section>
    );
  }
  const rows = check.odd.filter((row) => chosen === '' || row.verdict === chosen).slice(0, kShownMax);
  const columns: Column<OddRow>[] = [
    { key: 'line', head: all.column.line, number: true, width: '80px', cell: (row) => showNumber(row.line, language) },
    { key: 'address', head: all.column.address, cell: (row) => <span className="cell-text">{row.address.slice(0, 80)}</span> },
    {
      key: 'verdict',
      head: all.column.verdict,
      cell: (row) => (
        <StateMark icon={SquareX} tone={row.verdict === 'Repeat' || row.verdict === 'Empty' ? 'warning' : 'error'}>
          {w.verdict[row.verdict]}
        </StateMark>
      ),
    },
    { key: 'reason', head: all.column.reason, wideOnly: true, cell: reasonOf },
    { key: 'effect', head: all.column.happened, wideOnly: true, cell: (row) => <span className="grey">{w.effect[row.verdict]}</span> },
  ];
  return (
    <Section
      title={w.verdicts}
      beside={`${showNumber(total, language)}${check.odd.length >= kOddRowsMax ? ` · ${w.onlyFirst(showNumber(kOddRowsMax, language))}` : ''}`}
      actions={
        <Button
          small
          icon={<Download size={14} aria-hidden />}
          onClick={() =>
            download(
              `${name}.verdicts.csv`,
              csvText([
                ['line', 'address', 'verdict', 'reason'],
                ...check.odd.map((row) => [String(row.line), row.address, row.verdict, reasonOf(row)]),
              ]),
            )
          }
        >
          {w.download}
        </Button>
      }
    >
      <div className="toolbar">
        <Segments
          label={w.verdicts}
          value={chosen}
          onChange={setChosen}
          segments={[
            { value: '', label: `${w.allVerdicts} ${showNumber(total, language)}` },
            ...kVerdicts
              .filter((verdict) => check.counts[verdict] > 0)
              .map((verdict) => ({ value: verdict, label: `${w.verdict[verdict]} ${showNumber(check.counts[verdict], language)}` })),
          ]}
        />
      </div>
      <DataTable caption={w.verdicts} columns={columns} rows={rows} rowKey={(row) => String(row.line)} dense />
    </Section>
  );
}
