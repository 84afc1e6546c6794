import { useCall } from '../../api/query';
import { showNumber } from '../../format/number';
import { DataTable, type Column } from '../../parts';
import { Await } from '../../parts/Await';
import { useLanguage, useWords } from '../../words/words';
import { words } from './words';

const kLimits = [
  ['RecipientsPerRequest', 'limits.recipients_per_request'],
  ['RecipientsPerGroup', 'limits.recipients_per_group'],
  ['Groups', 'limits.groups'],
  ['RequestsPerSecond', 'limits.requests_per_second'],
  ['TemplateDataBytes', ''],
] as const;
/** Of these, 0 means that there is none. */
const kZeroIsNone: ReadonlySet<string> = new Set(['RecipientsPerGroup', 'RequestsPerSecond']);

/** The limits that the server's settings give. */
export function Limits() {
  const w = useWords(words);
  const language = useLanguage();
  const limits = useCall<Readonly<Record<string, number>>>('GetLimits');
  return (
    <Await of={limits} title={w.tab.limits} rows={5}>
      {(data) => {
        const columns: Column<(typeof kLimits)[number]>[] = [
          { key: 'limit', head: w.column.limit, cell: ([name]) => w.limits[name] },
          { key: 'setting', head: w.column.setting, wideOnly: true, cell: ([, setting]) => <code>{setting}</code> },
          {
            key: 'value',
            head: w.column.value,
            number: true,
            cell: ([name]) => {
              const value = Number(data[name] ?? 0);
              return value === 0 && kZeroIsNone.has(name) ? w.limits.none : showNumber(value, language);
            },
          },
        ];
        return (
          <>
            <p className="grey small">{w.limits.text}</p>
            <DataTable caption={w.tab.limits} columns={columns} rows={[...kLimits]} rowKey={([name]) => name} />
          </>
        );
      }}
    </Await>
  );
}
