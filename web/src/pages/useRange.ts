import { useSearchParams } from 'react-router-dom';

import { showNumber } from '../format/number';
import { dataWords } from '../words/data';
import { useLanguage, useWords } from '../words/words';

/**
 * The part of a list that a page shows, kept in its address as `from` (rows before it). The API's lists page by offset
 * and tell how many rows there are.
 */
export function useRange(size: number, name = 'from') {
  const [search, setSearch] = useSearchParams();
  const words = useWords(dataWords);
  const language = useLanguage();
  const offset = Math.max(0, Math.floor(Number(search.get(name) ?? 0)) || 0);
  const move = (to: number) => {
    const next = new URLSearchParams(search);
    if (to > 0) next.set(name, String(to));
    else next.delete(name);
    setSearch(next);
  };
  return {
    offset,
    first: () => move(0),
    /** What DataTable takes as `paging`. */
    paging: (total: number, shown: number) => ({
      text: words.rows(showNumber(offset + 1, language), showNumber(offset + shown, language), showNumber(total, language)),
      onPrevious: offset > 0 ? () => move(Math.max(0, offset - size)) : undefined,
      onNext: offset + shown < total ? () => move(offset + size) : undefined,
    }),
  };
}
