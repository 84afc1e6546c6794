import { useState, type ReactNode } from 'react';

import type { Params } from '../../api/call';
import { useAct } from '../../api/query';
import { ConfirmDialog, ErrorPanel, useToast } from '../../parts';
import { useWords } from '../../words/words';
import { words } from './words';

/** Asks before addresses are taken off a list, does it, and shows its error in the dialogue. */
export function useRemove(
  action: string,
  list: string,
  text: string,
  paramsOf: (addresses: readonly string[]) => Params,
): { ask: (addresses: readonly string[]) => void; dialog: ReactNode } {
  const w = useWords(words);
  const toast = useToast();
  const [addresses, setAddresses] = useState<readonly string[]>();
  const act = useAct(action, { changes: [list, 'CheckRecipient'] });
  const name = addresses?.length === 1 ? (addresses[0] ?? '') : w.selected(addresses?.length ?? 0);
  return {
    ask: (chosen) => {
      act.reset();
      setAddresses(chosen);
    },
    dialog: addresses && (
      <ConfirmDialog
        title={w.removeQuestion(name)}
        action={w.remove}
        danger
        busy={act.isPending}
        call={{ action, params: paramsOf(addresses) }}
        typed={addresses.length >= 1_000 ? String(addresses.length) : undefined}
        onClose={() => setAddresses(undefined)}
        onConfirm={() =>
          act.mutate(paramsOf(addresses), {
            onSuccess: () => {
              setAddresses(undefined);
              toast(w.removed(name));
            },
          })
        }
      >
        {text}
        {act.error && <ErrorPanel title={w.remove} error={act.error} />}
      </ConfirmDialog>
    ),
  };
}
