import { useSearchParams } from 'react-router-dom';

import { TextField } from '../../parts';
import { useWords } from '../../words/words';
import { addDays, isDay, today } from '../messages/model';
import { words } from './words';

/** A range of Beijing days in the address of the page, with its two fields. */
export function useDays(length: number) {
  const w = useWords(words);
  const [search, setSearch] = useSearchParams();
  const given = (name: string, otherwise: string) => {
    const value = search.get(name) ?? '';
    return isDay(value) ? value : otherwise;
  };
  const start = given('start', addDays(today(), -length));
  const end = given('end', today());
  const set = (name: string, value: string) => {
    if (!isDay(value)) return;
    const next = new URLSearchParams(search);
    next.set(name, value);
    next.delete('from');
    setSearch(next, { replace: true });
  };
  const valid = start <= end;
  return {
    start,
    end,
    valid,
    fields: (
      <>
        <TextField label={w.from} type="date" value={start} onChange={(value) => set('start', value)} />
        <TextField
          label={w.to}
          type="date"
          value={end}
          onChange={(value) => set('end', value)}
          error={valid ? undefined : w.badRange}
        />
      </>
    ),
  };
}
