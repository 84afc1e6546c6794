import './explorer.css';

import { useMemo } from 'react';
import { useNavigate } from 'react-router-dom';

import { surroundings } from '../../api/call';
import type { Json } from '../../api/json';
import { Button, Drawer, ErrorPanel, Skeleton } from '../../parts';
import type { ShownCall } from '../../parts/CallMark';
import { explorerWords } from '../../words/explorer';
import { useLanguage, useWords } from '../../words/words';
import { CodeTab } from './CodeTab';
import { short, useApi } from './description';
import { keepDraft } from './drafts';
import { stripped } from './strip';

/** The call behind a button, before it is made: what it does, its parameters in ten languages, and the way to the Explorer. */
export default function CallPreview({ call, onClose }: { call: ShownCall; onClose: () => void }) {
  const words = useWords(explorerWords);
  const language = useLanguage();
  const navigate = useNavigate();
  const api = useApi();
  const params = useMemo(() => asSent(call.params as Json) as { [name: string]: Json }, [call.params]);
  const action = api.data?.action(call.action);
  const open = () => {
    if (!api.data || !action) return;
    keepDraft(action.name, params, stripped(api.data, action, params, true).doc);
    onClose();
    navigate(`/explorer/${action.name}`);
  };
  return (
    <Drawer title={call.action} onClose={onClose} actions={<Button onClick={open}>{words.openInExplorer}</Button>}>
      <p className="small grey">{words.callPreview}</p>
      {api.error && !api.data && <ErrorPanel title={words.noDescription} error={api.error} onRetry={() => void api.refetch()} />}
      {!api.data && !api.error && <Skeleton rows={6} waitingFor={words.description} />}
      {api.data && action && (
        <>
          <p>{action[short(language)]}</p>
          <CodeTab api={api.data} action={action} params={params} region={surroundings.region} />
        </>
      )}
    </Drawer>
  );
}

/** Values as they would travel: members without one are left out, and what is no number yet is null. */
function asSent(value: Json | undefined): Json {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(asSent);
  if (value === null || value === undefined || typeof value !== 'object') return value ?? null;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, asSent(member)]),
  );
}
