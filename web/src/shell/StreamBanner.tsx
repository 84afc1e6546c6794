import { useEffect, useState } from 'react';

import { stream, useStreamState } from '../api/events';
import { showShortTime } from '../format/time';
import { Button, Note } from '../parts';
import { shellWords } from '../words/shell';
import { useLanguage, useWords } from '../words/words';

/** Says that live data is missing, since when, and offers to connect at once. */
export function StreamBanner() {
  const words = useWords(shellWords);
  const language = useLanguage();
  const state = useStreamState();
  const offline = useOffline();
  if (!offline && state !== 'lost') return null;
  return (
    <div className="banner" role="status">
      <Note
        tone="warning"
        title={offline ? words.offline : words.streamLost(showShortTime(new Date(stream.since || Date.now()), language))}
        action={
          offline ? undefined : (
            <Button small onClick={() => stream.connectNow()}>
              {words.connectNow}
            </Button>
          )
        }
      >
        {words.streamLostText}
      </Note>
    </div>
  );
}

function useOffline(): boolean {
  const [offline, setOffline] = useState(!navigator.onLine);
  useEffect(() => {
    const read = () => setOffline(!navigator.onLine);
    window.addEventListener('online', read);
    window.addEventListener('offline', read);
    return () => {
      window.removeEventListener('online', read);
      window.removeEventListener('offline', read);
    };
  }, []);
  return offline;
}
