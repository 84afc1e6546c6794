import { useEffect, useState } from 'react';

import { useLive, type LiveState } from '../live/useLive';
import { useOnline } from '../live/useOnline';
import { shellWords } from '../words/shell';
import { useWords } from '../words/words';

/** A state that lasts shorter is not worth a word. */
const kShownAfterMs = 1_000;

/** Says whether the pages are told of changes at this moment. */
export function LiveMark() {
  const words = useWords(shellWords);
  const { state } = useLive();
  const [shown, setShown] = useState<LiveState>(state);
  useEffect(() => {
    if (state === 'connected') {
      setShown(state);
      return undefined;
    }
    const timer = setTimeout(() => setShown(state), kShownAfterMs);
    return () => clearTimeout(timer);
  }, [state]);
  // A stream that is still open tells of nothing without a network.
  const said = useOnline() ? shown : 'offline';
  return (
    <span className={`live-mark live-${said}`} role="status" title={words.liveState[said].title}>
      <span className="live-dot" aria-hidden="true" />
      <span className="live-word">{words.liveState[said].word}</span>
    </span>
  );
}
