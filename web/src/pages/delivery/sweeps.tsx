import { useState } from 'react';

import { useAct, useCall } from '../../api/query';
import { CheckField, ConfirmDialog, ErrorPanel, TextField, useToast } from '../../parts';
import { useConsole, useMay } from '../../shell/SessionContext';
import { useWords } from '../../words/words';
import { kSweepChanges, paramsOf, type QueuePage, type Scope } from './queueModel';
import { queueWords } from './queueWords';
import { kHoldChanges } from './siteModel';
import { siteWords } from './siteWords';
import { useScopeText } from './useAccounts';

/** From this many mails on the number must be typed. */
const kTypedFrom = 1_000;

/** How much mail waited in these queues when the person asked; undefined before it is known. */
function useWaitingCount(scope: Scope): number | undefined {
  const queues = useCall<QueuePage>('ListDeliveryQueues', { ...paramsOf(scope), Offset: 0, Limit: 1 });
  return queues.isPlaceholderData || !queues.data ? undefined : Number(queues.data.WaitingCount);
}

/** Makes the mail of several queues due now, once the person has seen how much it is. */
export function RetryDialog({ scope, onClose }: { scope: Scope; onClose: () => void }) {
  const w = useWords(queueWords);
  const toast = useToast();
  const count = useWaitingCount(scope);
  const retry = useAct<{ Count: number }>('RetryWaitingMail', { changes: [...kSweepChanges, ...kHoldChanges] });
  const { session } = useConsole();
  const may = useMay();
  const s = useWords(siteWords);
  const [endHolds, setEndHolds] = useState(false);
  const params = { ...paramsOf(scope), EndHolds: endHolds || undefined };
  return (
    <ConfirmDialog
      title={w.retryQuestion(count ?? 0)}
      action={w.retry}
      busy={retry.isPending || count === undefined}
      call={{ action: 'RetryWaitingMail', params }}
      onClose={onClose}
      onConfirm={() =>
        retry.mutate(params, {
          onSuccess: (answer) => {
            toast(w.retried(Number(answer.Count)));
            onClose();
          },
        })
      }
    >
      <p>{w.retryText}</p>
      {session.mode === 'direct' && may('EndDeliveryHold') && (
        <CheckField label={s.endHolds} checked={endHolds} onChange={setEndHolds} />
      )}
      {retry.error && <ErrorPanel title={w.retry} error={retry.error} />}
    </ConfirmDialog>
  );
}

/** Gives waiting mail up, once the person has seen how much it is and said why. */
export function DropDialog({ scope, onClose }: { scope: Scope; onClose: () => void }) {
  const w = useWords(queueWords);
  const toast = useToast();
  const scopeText = useScopeText();
  const [reason, setReason] = useState('');
  const count = useWaitingCount(scope);
  const drop = useAct<{ Count: number }>('DropWaitingMail', { changes: kSweepChanges });
  const params = { ...paramsOf(scope), Reason: reason.trim() };
  return (
    <ConfirmDialog
      title={w.dropQuestion(count ?? 0, scopeText(scope))}
      action={w.dropDo(count ?? 0)}
      danger
      busy={drop.isPending || count === undefined || reason.trim() === ''}
      typed={count !== undefined && count >= kTypedFrom ? String(count) : undefined}
      call={{ action: 'DropWaitingMail', params }}
      onClose={onClose}
      onConfirm={() =>
        drop.mutate(params, {
          onSuccess: (answer) => {
            toast(w.dropped(Number(answer.Count)));
            onClose();
          },
        })
      }
    >
      <p>{w.dropText}</p>
      <TextField label={w.dropReason} required value={reason} onChange={setReason} autoFocus />
      {drop.error && <ErrorPanel title={w.drop} error={drop.error} />}
    </ConfirmDialog>
  );
}
