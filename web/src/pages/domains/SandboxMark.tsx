import { useAct } from '../../api/query';
import { Button, ErrorPanel, Note, useToast } from '../../parts';
import { useConsole, useMay } from '../../shell/SessionContext';
import { useWords } from '../../words/words';
import { words } from './words';

/** Lets the mail of a domain end in the sandbox inbox, also where mail leaves; or takes that back. */
export function SandboxMark(props: {
  name: string;
  /** undefined as long as no check has told it. */
  marked: boolean | undefined;
  /** The last check did not tell it. */
  failed: boolean;
  onChanged: () => void;
}) {
  const { name, marked, failed, onChanged } = props;
  const w = useWords(words);
  const toast = useToast();
  const may = useMay();
  const { session } = useConsole();
  const update = useAct('UpdateEmailIdentitySandbox', { changes: ['GetEmailIdentity'] });
  const allowed = may('UpdateEmailIdentitySandbox');
  const params = { EmailIdentity: name, Sandbox: !marked };
  return (
    <div className="form-narrow">
      <p className="grey">{w.mark.text}</p>
      {session.mode === 'sandbox' && <Note tone="info">{w.mark.sandboxMode}</Note>}
      {marked !== undefined && <p>{marked ? w.mark.on : w.mark.off}</p>}
      {!allowed && <p className="grey">{w.mark.mayNot}</p>}
      <div className="form-actions">
        <Button
          look={marked ? 'danger' : 'plain'}
          disabled={update.isPending}
          call={{ action: 'UpdateEmailIdentitySandbox', params }}
          reason={marked === undefined ? (failed ? w.mark.unknown : w.mark.reading) : undefined}
          onClick={() =>
            update.mutate(
              params,
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
