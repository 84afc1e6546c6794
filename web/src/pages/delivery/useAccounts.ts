import { useCall } from '../../api/query';
import { useConsole } from '../../shell/SessionContext';
import { useWords } from '../../words/words';
import { managesAccounts, type Scope } from './queueModel';
import { queueWords } from './queueWords';

/** The accounts whose mail the person sees, with their names; empty when it is the own one alone. */
export function useAccounts(): { manages: boolean; accounts: readonly { id: string; name: string }[]; nameOf: (id: string) => string } {
  const { session } = useConsole();
  const manages = managesAccounts(session);
  const list = useCall<{ Data: { AppId: number | bigint; Name: string }[] }>('ListAccounts', { Offset: 0, Limit: 100 }, { enabled: manages });
  const accounts = (list.data?.Data ?? []).map((account) => ({ id: String(account.AppId), name: account.Name || String(account.AppId) }));
  return { manages, accounts, nameOf: (id) => accounts.find((account) => account.id === id)?.name ?? id };
}

/** Whose mail to where, in words: "shop.example", "Every domain, Shop". */
export function useScopeText(): (scope: Scope) => string {
  const w = useWords(queueWords);
  const { manages, nameOf } = useAccounts();
  return ({ domain, account }) =>
    [domain || w.everyDomain, ...(manages && account !== '' ? [nameOf(account)] : [])].join(', ');
}
