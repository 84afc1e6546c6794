import { useAct } from '../../api/query';
import { Button, ErrorPanel, Note, useToast } from '../../parts';
import { useConsole, useMay } from '../../shell/SessionContext';
import { useWords } from '../../words/words';
import { words } from './words';

/** Lets the mail of a domain end in the sandbox inbox, also where mail leaves; or takes that back. */
export function SandboxMark({ name, marked, onChanged }: { name: string; marked: boolean | undefined; onChanged: () => void }) {
  const w = useWords(words);
  const toast = useToast();
  const may = useMay();
  const { session } = useConsole();
  const update = useAct('UpdateEmailIdentitySandbox', { changes: ['GetEmailIdentity'] });
  const reason =
    marked === undefined ? w.mark.unknown : may('UpdateEmailIdentitySandbox') ? undefined : w.mark.mayNot;
  return (
    <div className="form-narrow">
      <p className="grey">{w.mark.text}</p>
      {session.mode === 'sandbox' && <Note tone="info">{w.mark.sandboxMode}</Note>}
      {marked !== undefined && <p>{marked ? w.mark.on : w.mark.off}</p>}
      <div className="form-actions">
        <Button
          look={marked ? 'danger' : 'plain'}
          disabled={update.isPending}
          reason={reason}
          onClick={() =>
            update.mutate(
              { EmailIdentity: name, Sandbox: !marked },
              {
                onSuccess: () => {
                  toast(marked ? w.mark.taken : w.mark.set);
                  onChanged();
                },
              },
            )
          }
        >
          {marked ? w.mark.take : w.mark.do}
        </Button>
      </div>
      {update.error && <ErrorPanel title={w.tab.sandbox} error={update.error} />}
    </div>
  );
}
