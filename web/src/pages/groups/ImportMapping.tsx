import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useState } from 'react';

import { showBytes, showNumber } from '../../format/number';
import { Button, CheckField, DataTable, Section, SelectField, StateMark, TextField, type Column as TableColumn } from '../../parts';
import { FactLine } from '../../parts/Facts';
import { useLanguage, useWords } from '../../words/words';
import { variableName, type Column, type Encoding } from './file';
import { inspect, type Chosen } from './ImportSource';
import { kSeparators, type Source } from './rows';
import { words } from './words';

const kEncodings: readonly Encoding[] = ['utf-8', 'utf-16le', 'utf-16be', 'gb18030', 'windows-1252'];

/** What the columns of the file become: guessed, and changed here. */
export function ImportMapping(props: {
  chosen: Chosen;
  /** The rows are being checked or sent: nothing may change under them. */
  locked: boolean;
  onDone: (source: Source) => void;
  onBack: () => void;
}) {
  const w = useWords(words);
  const language = useLanguage();
  const [chosen, setChosen] = useState(props.chosen);
  const separatorName = (separator: string) => (separator === '\t' ? w.imported.tab : separator);
  const again = async (given: { encoding?: Encoding; separator?: string; header?: boolean }) => {
    const next = await inspect(chosen.file, {
      encoding: chosen.encoding,
      separator: chosen.separator,
      header: chosen.header,
      ...given,
    });
    if (next) setChosen(next);
  };
  const change = (index: number, becomes: string) =>
    setChosen({
      ...chosen,
      columns: chosen.columns.map((column) => {
        if (column.index === index) return { ...column, becomes };
        // There is one column of addresses.
        return becomes === 'address' && column.becomes === 'address' ? { ...column, becomes: 'out' } : column;
      }),
    });
  const body = chosen.rows.length - (chosen.header ? 1 : 0);
  const addressColumn = chosen.columns.find((column) => column.becomes === 'address');
  const names = chosen.columns.filter((column) => column.becomes.startsWith('=')).map((column) => column.becomes.slice(1));
  const bad = names.find((name) => variableName(name) === undefined);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  const reason = !addressColumn
    ? w.imported.noAddress
    : bad !== undefined
      ? w.imported.badName
      : twice !== undefined
        ? w.imported.twice(twice)
        : undefined;
  const columns: TableColumn<Column>[] = [
    { key: 'file', head: w.column.inFile, cell: (column) => <b>{nameOf(column)}</b> },
    {
      key: 'becomes',
      head: w.column.becomes,
      width: '240px',
      cell: (column) =>
        props.locked ? (
          <code>{column.becomes.startsWith('=') ? `{{${column.becomes.slice(1)}}}` : becomesText(column.becomes)}</code>
        ) : (
          <Becomes column={column} name={nameOf(column)} onChange={(becomes) => change(column.index, becomes)} />
        ),
    },
    {
      key: 'values',
      head: w.column.values,
      wideOnly: true,
      cell: (column) => <span className="grey cell-text">{column.values.map((value) => value.slice(0, 60)).join(', ')}</span>,
    },
    {
      key: 'notice',
      head: w.column.notice,
      wideOnly: true,
      cell: (column) => {
        const of = showNumber(body, language);
        if (column.becomes === 'address') {
          return column.addresses === body ? (
            <StateMark icon={CircleCheck} tone="success">
              {w.imported.everyAddress}
            </StateMark>
          ) : (
            <StateMark icon={TriangleAlert} tone="warning">
              {w.imported.someAddress(showNumber(column.addresses, language), of)}
            </StateMark>
          );
        }
        return column.withTags > 0 && column.becomes !== 'out' ? (
          <StateMark icon={TriangleAlert} tone="warning">
            {w.imported.tags(showNumber(column.withTags, language), of)}
          </StateMark>
        ) : null;
      },
    },
  ];
  function nameOf(column: Column): string {
    return column.name || w.imported.columnNumber(column.index + 1);
  }
  function becomesText(becomes: string): string {
    return becomes === 'address' ? w.imported.address : w.imported.leftOut;
  }
  return (
    <>
      {props.locked ? (
        <FactLine
          facts={[
            [w.imported.size, showBytes(chosen.file.size)],
            [w.imported.encoding, chosen.encoding.toUpperCase()],
            [w.imported.separator, separatorName(chosen.separator)],
          ]}
        />
      ) : (
        <div className="toolbar toolbar-fields">
          <SelectField
            label={w.imported.encoding}
            value={chosen.encoding}
            onChange={(encoding) => void again({ encoding: encoding as Encoding })}
            options={kEncodings.map((encoding) => ({
              value: encoding,
              label: encoding === props.chosen.encoding ? `${encoding.toUpperCase()} – ${w.imported.found}` : encoding.toUpperCase(),
            }))}
          />
          <SelectField
            label={w.imported.separator}
            value={chosen.separator}
            onChange={(separator) => void again({ separator })}
            options={[...new Set([chosen.separator, ...kSeparators])].map((separator) => ({
              value: separator,
              label: separatorName(separator),
            }))}
          />
          <CheckField label={w.imported.header} checked={chosen.header} onChange={(header) => void again({ header })} />
          <span className="grey small toolbar-end">{showBytes(chosen.file.size)}</span>
        </div>
      )}
      <Section title={w.imported.columns} beside={w.imported.columnsNote(showNumber(chosen.rows.length, language))}>
        <DataTable
          caption={w.imported.columns}
          columns={columns}
          rows={[...chosen.columns]}
          rowKey={(column) => String(column.index)}
        />
      </Section>
      {!props.locked && (
        <div className="form-actions">
          <Button look="filled" reason={reason} onClick={() => props.onDone(chosen)}>
            {w.imported.check}
          </Button>
          <Button onClick={props.onBack}>{w.imported.another}</Button>
        </div>
      )}
    </>
  );
}

function Becomes({ column, name, onChange }: { column: Column; name: string; onChange: (becomes: string) => void }) {
  const w = useWords(words).imported;
  const current = column.becomes.startsWith('=') ? column.becomes.slice(1) : '';
  const suggested = variableName(column.name) ?? `column${column.index + 1}`;
  const own = column.becomes.startsWith('=') && current !== suggested;
  return (
    <div className="becomes">
      <select
        className="input"
        aria-label={name}
        value={own ? 'own' : column.becomes}
        onChange={(event) => onChange(event.target.value === 'own' ? '=' : event.target.value)}
      >
        <option value="address">{w.address}</option>
        <option value={`=${suggested}`}>{`{{${suggested}}}`}</option>
        <option value="own">{w.newVariable}</option>
        <option value="out">{w.leftOut}</option>
      </select>
      {own && (
        <TextField
          label={w.variableName(name)}
          mono
          value={current}
          onChange={(value) => onChange(`=${value}`)}
          error={variableName(current) === undefined ? w.badName : undefined}
        />
      )}
    </div>
  );
}
