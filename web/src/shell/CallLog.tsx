import { useSyncExternalStore } from 'react';
import { Link, useNavigate } from 'react-router-dom';

import { clearLog, loggedCalls, watchLog, type LoggedCall } from '../api/call';
import type { Json } from '../api/json';
import { useCall } from '../api/query';
import { Button, CopyButton, DataTable, Drawer, Empty, LinkButton, Section, Time } from '../parts';
import { CallGroups } from '../pages/calls/CallGroups';
import type { CallList } from '../pages/calls/model';
import { keepDraft } from '../pages/explorer/drafts';
import { shellWords } from '../words/shell';
import { useWords } from '../words/words';
import { useMay } from './SessionContext';

/** The calls that the pages made for this person, the newest first, and what the server refused to anybody. */
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
      <RefusedCalls onLeave={onClose} />
      <Section title={words.ownCalls}>
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
                      <Link to={`/calls/${call.requestId}`} title={call.requestId} onClick={onClose}>
                        <code>{call.requestId.slice(0, 8)}…</code>
                      </Link>
                      <CopyButton text={call.requestId} name="RequestId" />
                    </>
                  ) : (
                    '–'
                  ),
              },
            ]}
          />
        )}
      </Section>
    </Drawer>
  );
}

/** The refused calls of all programs in the last day, by kind and action, with who called. */
function RefusedCalls({ onLeave }: { onLeave: () => void }) {
  const words = useWords(shellWords);
  const may = useMay()('ListCalls');
  const list = useCall<CallList>('ListCalls', { OnlyFailed: true, Limit: 1 }, { enabled: may });
  if (!may) return null;
  const groups = list.data?.Groups ?? [];
  return (
    <Section
      title={words.refusedCalls}
      beside={words.refusedBeside}
      actions={
        <LinkButton small to="/calls" onClick={onLeave}>
          {words.allCalls}
        </LinkButton>
      }
    >
      {list.data && groups.length === 0 && <p className="small grey">{words.noneRefused}</p>}
      {groups.length > 0 && <CallGroups groups={groups.slice(0, 10)} dense onOpen={onLeave} />}
    </Section>
  );
}
