import { lazy, Suspense, useState } from 'react';

import type { Params } from '../api/call';
import { partWords } from '../words/parts';
import { useWords } from '../words/words';

/** The call that a button makes with the values as they stand. */
export interface ButtonCall {
  action: string;
  params: Params;
}

// The samples in ten languages belong to the Explorer; no page waits for them.
const CallPreview = lazy(() => import('../pages/explorer/CallPreview'));

/** `{ }` beside a button: shows the call that the button would make, and makes none. */
export function CallMark({ call }: { call: ButtonCall }) {
  const words = useWords(partWords);
  const [open, setOpen] = useState(false);
  const name = words.callOf(call.action);
  return (
    <>
      <button type="button" className="call-mark" aria-label={name} title={name} onClick={() => setOpen(true)}>
        <span aria-hidden="true">{'{ }'}</span>
      </button>
      {open && (
        <Suspense fallback={null}>
          <CallPreview call={call} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
