import './explorer.css';

import { Navigate, Route, Routes } from 'react-router-dom';

import { ErrorPanel, Page, Skeleton } from '../../parts';
import { explorerWords } from '../../words/explorer';
import { useWords } from '../../words/words';
import { ActionList } from './ActionList';
import { useApi } from './description';
import { Doctor } from './Doctor';
import { ErrorPage } from './ErrorPage';
import { Workspace } from './Workspace';
import { inBrowser } from '../../api/kept';

const kLastKey = 'sesame.explorer-action';

/** The API Explorer: the list of actions, and beside it one action or the signature doctor. */
export default function Explorer() {
  const words = useWords(explorerWords);
  const api = useApi();
  if (api.error && !api.data) {
    return (
      <Page title={words.title}>
        <ErrorPanel title={words.noDescription} error={api.error} onRetry={() => void api.refetch()} />
      </Page>
    );
  }
  if (!api.data) {
    return (
      <Page title={words.title}>
        <Skeleton rows={12} waitingFor={words.description} />
      </Page>
    );
  }
  const kept = inBrowser.read(kLastKey) ?? '';
  const first = api.data.action(kept) ? kept : 'SendEmail';
  return (
    <div className="explorer">
      <ActionList api={api.data} />
      <Routes>
        <Route path="/" element={<Navigate to={first} replace />} />
        <Route path="/doctor" element={<Doctor />} />
        <Route path="/errors/:code" element={<ErrorPage api={api.data} />} />
        <Route
          path="/:action"
          element={<Workspace api={api.data} onAction={(name) => inBrowser.keep(kLastKey, name)} />}
        />
      </Routes>
    </div>
  );
}
