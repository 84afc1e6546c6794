import { useState } from 'react';

import { useAct } from '../../api/query';
import { Button, Dialog, ErrorPanel, Note, TextField, useToast } from '../../parts';
import { useWords } from '../../words/words';
import { reviewWords } from './reviewWords';
import { versionWords } from './versionWords';

const kAction = 'ReviewEmailTemplate';
const kReasonMax = 500;

/** Says why a template is not mailed, and approves or refuses it, for whoever may. */
export function Review({ id, status, changed }: { id: string; status: 1 | 2; changed: boolean }) {
  const w = useWords(reviewWords);
  const unsaved = useWords(versionWords).unsaved;
  const toast = useToast();
  const [refusing, setRefusing] = useState(false);
  const [reason, setReason] = useState('');
  const review = useAct(kAction, { changes: ['ListEmailTemplates', 'GetEmailTemplate'] });
  const approval = { TemplateID: BigInt(id), Approved: true };
  const refusal = { TemplateID: BigInt(id), Approved: false, Reason: reason.trim() };
  const openRefusal = () => {
    // What an earlier try met does not belong into the dialogue.
    review.reset();
    setRefusing(true);
  };
  const refuse = () =>
    review.mutate(refusal, {
      onSuccess: () => {
        toast(w.refused);
        setRefusing(false);
      },
    });
  return (
    <>
      <Note
        tone="warning"
        title={w.title[status]}
        action={
          <span className="row-acts">
            {status === 1 && (
              <Button small needs={kAction} onClick={openRefusal}>
                {w.refuse}
              </Button>
            )}
            <Button
              small
              disabled={review.isPending}
              // What is approved is what is saved.
              reason={changed ? unsaved : undefined}
              call={{ action: kAction, params: approval }}
              onClick={() => review.mutate(approval, { onSuccess: () => toast(w.approved) })}
            >
              {w.approve}
            </Button>
          </span>
        }
      >
        {w.text}
      </Note>
      {review.error && !refusing && <ErrorPanel title={w.failed} error={review.error} />}
      {refusing && (
        <Dialog
          title={w.question}
          onClose={() => setRefusing(false)}
          actions={
            <Button
              look="danger"
              disabled={review.isPending}
              reason={refusal.Reason === '' ? w.noReason : undefined}
              call={{ action: kAction, params: refusal }}
              onClick={refuse}
            >
              {w.do}
            </Button>
          }
        >
          <TextField label={w.reason} required value={reason} onChange={(value) => setReason(value.slice(0, kReasonMax))} autoFocus />
          {review.error && <ErrorPanel title={w.failed} error={review.error} />}
        </Dialog>
      )}
    </>
  );
}
