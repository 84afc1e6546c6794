import { Link } from 'react-router-dom';

import { showNumber } from '../../format/number';
import { fromBeijing } from '../../format/time';
import { DataTable, Time } from '../../parts';
import { useLanguage, useWords } from '../../words/words';
import type { CallGroup } from './model';
import { words } from './words';

/** Calls by action, code and client; each leads to its newest call. */
export function CallGroups(props: { groups: readonly CallGroup[]; dense?: boolean; onOpen?: () => void }) {
  const w = useWords(words);
  const language = useLanguage();
  return (
    <DataTable
      caption={w.groups}
      dense={props.dense ?? false}
      rows={[...props.groups]}
      rowKey={(group) => `${group.Action} ${group.Code} ${group.Client}`}
      columns={[
        {
          key: 'code',
          head: w.column.result,
          cell: (group) => (
            <>
              <Link to={`/calls/${group.LastRequestId}`} onClick={props.onOpen}>{group.Code || w.ok}</Link>
              <br />
              <span className="grey small">{group.Action || w.noAction}</span>
            </>
          ),
        },
        { key: 'client', head: w.column.client, cell: (group) => <span className="cell-text">{group.Client || w.noClient}</span> },
        { key: 'count', head: w.column.count, number: true, cell: (group) => showNumber(group.Count, language) },
        { key: 'last', head: w.column.last, cell: (group) => <Time at={fromBeijing(group.LastTime)} /> },
      ]}
    />
  );
}
