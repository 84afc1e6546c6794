import type { ComponentProps, ReactNode } from 'react';
import { Link } from 'react-router-dom';

import { Button, DataTable, Empty, FilteredEmpty } from '../../parts';
import { dataWords } from '../../words/data';
import { useWords } from '../../words/words';
import { words } from './words';

/** The rows of one list of this page, or why there are none. */
export function BlockTable<Row>({
  list,
  filteredBy,
  onClear,
  call,
  action,
  ...table
}: Omit<ComponentProps<typeof DataTable<Row>>, 'caption'> & {
  list: 'automatic' | 'custom' | 'unsubscribed' | 'complaints';
  /** The filter in words; empty: there is none. */
  filteredBy: string;
  onClear: () => void;
  /** The action that lists them, or makes the first one. */
  call: string;
  action?: ReactNode;
}) {
  const w = useWords(words);
  const d = useWords(dataWords);
  if (table.rows.length > 0) return <DataTable caption={w.tab[list]} {...table} />;
  if (filteredBy !== '') {
    return (
      <FilteredEmpty title={w.noMatch} clear={<Button onClick={onClear}>{w.clearFilter}</Button>}>
        {w.noMatchText(filteredBy)}
      </FilteredEmpty>
    );
  }
  return (
    <Empty title={w.empty[list]} action={action} link={<Link to={`/explorer/${call}`}>{d.callInExplorer(call)}</Link>}>
      {w.emptyText[list]}
    </Empty>
  );
}
