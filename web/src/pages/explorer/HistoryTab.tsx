import { useCallback, useEffect, useState } from 'react';
import { Link, useNavigate } from 'react-router-dom';

import { readJson } from '../../api/json';
import { showBytes } from '../../format/number';
import { Button, DataTable, Empty, Time } from '../../parts';
import { explorerWords } from '../../words/explorer';
import { useWords } from '../../words/words';
import type { Doc } from './check';
import { keepDraft } from './drafts';
import { clearHistory, remembered, type Remembered } from './history';

/** The last calls of this browser; pressing one fills the form with its parameters and sends nothing. */
export function HistoryTab({ action, onLoad }: { action: string; onLoad: (params: Doc) => void }) {
  const words = useWords(explorerWords);
  const navigate = useNavigate();
  const [calls, setCalls] = useState<Remembered[]>();
  const [failed, setFailed] = useState(false);
  const read = useCallback(() => {
    remembered().then(setCalls, () => setFailed(true));
  }, []);
  useEffect(read, [read]);

  if (failed) return <Empty title={words.noHistory}>{words.noHistoryText}</Empty>;
  if (!calls) return null;
  if (calls.length === 0) return <Empty title={words.emptyHistory}>{words.emptyHistoryText}</Empty>;

  const load = (call: Remembered) => {
    const params = readJson(call.body ?? '{}') as Doc;
    if (call.action === action) return onLoad(params);
    keepDraft(call.action, params, params);
    navigate(`/explorer/${call.action}`);
  };

  return (
    <>
      <div className="answer-tools">
        <span className="small grey">{words.historyText}</span>
        <Button small onClick={() => void clearHistory().then(read)}>
          {words.clear}
        </Button>
      </div>
      <DataTable
        caption={words.tabs.history}
        dense
        rows={calls}
        rowKey={(call) => String(call.id)}
        columns={[
          { key: 'at', head: words.when, cell: (call) => <Time at={new Date(call.at)} /> },
          { key: 'action', head: words.action, cell: (call) => <Link to={`/explorer/${call.action}`}>{call.action}</Link> },
          { key: 'code', head: words.result, cell: (call) => call.code || `${call.status} OK` },
          { key: 'ms', head: 'ms', number: true, cell: (call) => Math.round(call.ms) },
          { key: 'bytes', head: words.size, number: true, wideOnly: true, cell: (call) => showBytes(call.bytes) },
          {
            key: 'load',
            head: <span className="visually-hidden">{words.loadIntoForm}</span>,
            cell: (call) =>
              call.body === undefined ? (
                <span className="small grey">{words.tooLargeToKeep}</span>
              ) : (
                <Button small onClick={() => load(call)}>
                  {words.loadIntoForm}
                </Button>
              ),
          },
        ]}
      />
    </>
  );
}
