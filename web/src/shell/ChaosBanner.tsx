import { Link } from 'react-router-dom';

import { useCall } from '../api/query';
import { fromBeijing, showShortTime } from '../format/time';
import { Note } from '../parts';
import { shellWords } from '../words/shell';
import { useLanguage, useWords } from '../words/words';
import { useConsole, useMay } from './SessionContext';

const kEveryMs = 15_000;

/** Says on every page that the sandbox shows faults on purpose; there are none where mail leaves. */
export function ChaosBanner() {
  const words = useWords(shellWords);
  const language = useLanguage();
  const { session } = useConsole();
  const may = useMay();
  const state = useCall<{ On: boolean; EndTime: string }>('GetChaos', {}, {
    enabled: session.mode === 'sandbox' && may('GetChaos'),
    every: kEveryMs,
  });
  if (!state.data?.On) return null;
  const ends = fromBeijing(state.data.EndTime);
  return (
    <div className="banner" role="status">
      <Note tone="warning" title={words.chaos} action={may('SetChaos') && <Link to="/inbox?chaos=1">{words.chaosChange}</Link>}>
        {words.chaosText(ends ? showShortTime(ends, language) : '')}
      </Note>
    </div>
  );
}
