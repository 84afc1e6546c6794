import './explorer.css';

import { surroundings } from '../../api/call';
import type { Json } from '../../api/json';
import { ErrorPanel, Skeleton } from '../../parts';
import { explorerWords } from '../../words/explorer';
import { useWords } from '../../words/words';
import { CodeTab } from './CodeTab';
import { useApi } from './description';

/** A call in ten languages. */
export default function CallSamples({ action: name, params }: { action: string; params: { [name: string]: Json } }) {
  const words = useWords(explorerWords);
  const api = useApi();
  const action = api.data?.action(name);
  if (api.data && action) return <CodeTab api={api.data} action={action} params={params} region={surroundings.region} />;
  if (api.error) return <ErrorPanel title={words.noDescription} error={api.error} onRetry={() => void api.refetch()} />;
  return <Skeleton rows={6} waitingFor={words.description} />;
}
