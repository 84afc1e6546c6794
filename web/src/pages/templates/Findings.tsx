import { CircleCheck, Info, OctagonAlert, SquareX, type LucideIcon } from 'lucide-react';

import { DataTable, StateMark, type Column, type Tone } from '../../parts';
import { useWords } from '../../words/words';
import type { Finding, Rendered, Variable } from './useRendered';
import { words } from './words';

const kLevels: Readonly<Record<Finding['Level'], readonly [LucideIcon, Tone]>> = {
  error: [SquareX, 'error'],
  warning: [OctagonAlert, 'warning'],
  hint: [Info, 'neutral'],
};

/** What the server found in the draft, errors first; each leads to its line. */
export function Findings({ rendered, onOpen }: { rendered: Rendered; onOpen: (finding: Finding) => void }) {
  const w = useWords(words);
  if (rendered.findings.length === 0) {
    return (
      <StateMark icon={CircleCheck} tone="success">
        {w.noFindings}
      </StateMark>
    );
  }
  return (
    <ul className="check-list">
      {rendered.findings.map((finding) => {
        const [icon, tone] = kLevels[finding.Level] ?? kLevels.hint;
        return (
          <li key={`${finding.Rule} ${finding.Part} ${finding.Line} ${finding.Column}`}>
            <StateMark icon={icon} tone={tone} title={finding.Rule}>
              {finding.Text}
            </StateMark>
            <span className="small grey">
              {finding.Part === 'Html' || finding.Part === 'Text' ? (
                <button type="button" className="link-button" onClick={() => onOpen(finding)}>
                  {w.part[finding.Part]}, {w.line(Number(finding.Line))}
                </button>
              ) : (
                w.part[finding.Part]
              )}
              {finding.Excerpt !== '' && (
                <>
                  {' '}
                  <code>{finding.Excerpt}</code>
                </>
              )}
              {' · '}
              {finding.Remedy}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/** The variables with the values of the preview, which can be changed here. */
export function Variables(props: {
  variables: readonly Variable[];
  values: Readonly<Record<string, string>>;
  onValue: (name: string, value: string) => void;
}) {
  const w = useWords(words);
  if (props.variables.length === 0) return <p className="grey">{w.noVariables}</p>;
  const columns: Column<Variable>[] = [
    { key: 'name', head: w.column.variable, cell: (variable) => <code>{`{{${variable.Name}}}`}</code> },
    {
      key: 'places',
      head: w.column.places,
      wideOnly: true,
      cell: (variable) =>
        [...new Set(variable.Places.map((place) => w.part[place.Part as keyof typeof w.part] ?? place.Part))].join(', '),
    },
    { key: 'times', head: w.column.times, number: true, wideOnly: true, cell: (variable) => String(variable.Count) },
    {
      key: 'value',
      head: w.column.value,
      cell: (variable) => (
        <input
          className="input"
          aria-label={`${w.column.value} {{${variable.Name}}}`}
          value={props.values[variable.Name] ?? ''}
          onChange={(event) => props.onValue(variable.Name, event.target.value)}
        />
      ),
    },
  ];
  return <DataTable caption={w.tab.variables} columns={columns} rows={[...props.variables]} rowKey={(one) => one.Name} />;
}
