import { useEffect, useState } from 'react';

import { useLive, type LiveState } from '../live/useLive';
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
  return (
    <span className={`live-mark live-${shown}`} role="status" title={words.liveState[shown].title}>
      <span className="live-dot" aria-hidden="true" />
      <span className="live-word">{words.liveState[shown].word}</span>
    </span>
  );
}
