import { useEffect, useState } from 'react';

import { Note } from '../parts';
import { shellWords } from '../words/shell';
import { useWords } from '../words/words';

/** Says that the browser is offline; what is shown stays, and is read again later. */
export function OfflineBanner() {
  const words = useWords(shellWords);
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
  if (!offline) return null;
  return (
    <div className="banner" role="status">
      <Note tone="warning" title={words.offline}>
        {words.offlineText}
      </Note>
    </div>
  );
}
