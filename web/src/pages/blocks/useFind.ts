import { useSearchParams } from 'react-router-dom';

/** What a list of this page is filtered by. It stands in the address; a change begins at the first row again. */
export function useFind(): { find: string; search: URLSearchParams; filter: (value: string, key?: string) => void; clear: (list: string) => void } {
  const [search, setSearch] = useSearchParams();
  const filter = (value: string, key = 'find') => {
    const next = new URLSearchParams(search);
    if (value) next.set(key, value);
    else next.delete(key);
    next.delete('from');
    setSearch(next, { replace: true });
  };
  return { find: search.get('find') ?? '', search, filter, clear: (list) => setSearch({ list }) };
}
