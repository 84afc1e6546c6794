import { useEffect, useState } from 'react';

import { showTime } from '../format/time';
import { useLive } from '../live/useLive';
import { useOnline } from '../live/useOnline';
import { Note } from '../parts';
import { shellWords } from '../words/shell';
import { useLanguage, useWords } from '../words/words';

/** A server that is restarted is back sooner. */
const kLostAfterMs = 5_000;

/** Says that the browser is offline, or the server away; what is shown stays, with its time, and is read again later. */
export function OfflineBanner() {
  const words = useWords(shellWords);
  const language = useLanguage();
  const { state, connectedAt } = useLive();
  const offline = !useOnline();
  const [offlineAt, setOfflineAt] = useState<number>();
  const [lost, setLost] = useState(false);
  useEffect(() => setOfflineAt(offline ? Date.now() : undefined), [offline]);
  useEffect(() => {
    if (state !== 'reconnecting') {
      setLost(false);
      return undefined;
    }
    const timer = setTimeout(() => setLost(true), kLostAfterMs);
    return () => clearTimeout(timer);
  }, [state]);
  if (!offline && !lost) return null;
  // A stream that has not noticed yet was open until the network went.
  const at = state === 'connected' ? offlineAt : connectedAt;
  const since = at === undefined ? '' : words.asOf(showTime(new Date(at), language));
  return (
    <div className="banner" role="status">
      <Note tone="warning" title={offline ? words.offline : words.lost}>
        {since} {offline ? words.offlineText : words.lostText}
      </Note>
    </div>
  );
}
