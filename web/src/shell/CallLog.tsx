import { useSyncExternalStore } from 'react';
import { useNavigate } from 'react-router-dom';

import { clearLog, loggedCalls, watchLog, type LoggedCall } from '../api/call';
import type { Json } from '../api/json';
import { Button, CopyButton, DataTable, Drawer, Empty, Time } from '../parts';
import { keepDraft } from '../pages/explorer/drafts';
import { shellWords } from '../words/shell';
import { useWords } from '../words/words';

/** The calls that the pages made for this person, the newest first: each can be opened in the Explorer. */
export function CallLog({ onClose }: { onClose: () => void }) {
  const words = useWords(shellWords);
  const navigate = useNavigate();
  const calls = useSyncExternalStore(watchLog, loggedCalls);
  const open = (call: LoggedCall) => {
    keepDraft(call.action, call.params as { [name: string]: Json }, call.params as { [name: string]: Json });
    onClose();
    navigate(`/explorer/${call.action}`);
  };
  return (
    <Drawer title={words.calls} onClose={onClose} actions={<Button onClick={clearLog}>{words.clearCalls}</Button>}>
      <p className="small grey">{words.callsText}</p>
      {calls.length === 0 ? (
        <Empty title={words.noCalls} />
      ) : (
        <DataTable
          caption={words.calls}
          dense
          rows={[...calls]}
          rowKey={(call) => String(call.id)}
          columns={[
            { key: 'at', head: words.time, cell: (call) => <Time at={new Date(call.at)} /> },
            {
              key: 'action',
              head: words.action,
              cell: (call) => (
                <button type="button" className="button button-text button-small" onClick={() => open(call)}>
                  {call.action}
                </button>
              ),
            },
            { key: 'code', head: words.result, cell: (call) => call.code },
            { key: 'ms', head: 'ms', number: true, cell: (call) => Math.round(call.ms) },
            {
              key: 'id',
              head: 'RequestId',
              cell: (call) =>
                call.requestId ? (
                  <>
                    <code title={call.requestId}>{call.requestId.slice(0, 8)}…</code>
                    <CopyButton text={call.requestId} name="RequestId" />
                  </>
                ) : (
                  '–'
                ),
            },
          ]}
        />
      )}
    </Drawer>
  );
}
