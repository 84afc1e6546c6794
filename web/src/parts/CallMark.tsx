import { lazy, Suspense, useState } from 'react';

import type { Params } from '../api/call';
import { partWords } from '../words/parts';
import { useWords } from '../words/words';

/** The call that a button makes with the values as they stand; parameters that are much work are made when they are asked for. */
export interface ButtonCall {
  action: string;
  params: Params | (() => Params);
}

/** A call whose parameters are there. */
export interface ShownCall {
  readonly action: string;
  readonly params: Params;
}

// The samples in ten languages belong to the Explorer; no page waits for them.
const CallPreview = lazy(() => import('../pages/explorer/CallPreview'));

/** `{ }` beside a button: shows the call that the button would make, and makes none. */
export function CallMark({ call }: { call: ButtonCall }) {
  const words = useWords(partWords);
  const [shown, setShown] = useState<ShownCall>();
  const show = () => setShown({ ...call, params: typeof call.params === 'function' ? call.params() : call.params });
  const name = words.callOf(call.action);
  return (
    <>
      <button type="button" className="call-mark" aria-label={name} title={name} onClick={show}>
        <span aria-hidden="true">{'{ }'}</span>
      </button>
      {shown && (
        <Suspense fallback={null}>
          <CallPreview call={shown} onClose={() => setShown(undefined)} />
        </Suspense>
      )}
    </>
  );
}
