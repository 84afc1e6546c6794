import '../parts/data.css';

import { Braces, CircleCheck, CircleX } from 'lucide-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useNavigate } from 'react-router-dom';

import { kSesActions } from '../api/actions';
import type { Json } from '../api/json';
import { writeJson } from '../api/json';
import { clearLog, loggedCalls, shellLine, watchLog, type LoggedCall } from '../api/log';
import { showDuration } from '../format/time';
import { Button, CheckField, CopyButton, Drawer, Empty, IconButton, StateMark, Time } from '../parts';
import { isTyping } from '../parts/DataTable';
import { callWords } from '../words/calls';
import { useWords } from '../words/words';
import { shortcutsOn } from './shortcuts';

const kReads = /^(Get|List|Describe|Check|Classify|Render|DryRun)/;

/** The button `{ }` of the top bar, and what it opens: each call that the console has made, the newest first. */
export function CallDrawer() {
  const w = useWords(callWords);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '`' || event.ctrlKey || event.metaKey || event.altKey || !shortcutsOn() || isTyping(event.target)) return;
      event.preventDefault();
      setOpen(true);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <IconButton label={w.open} onClick={() => setOpen(true)}>
        <Braces size={18} />
      </IconButton>
      {open && <Calls onClose={() => setOpen(false)} />}
    </>
  );
}

function Calls({ onClose }: { onClose: () => void }) {
  const w = useWords(callWords);
  const calls = useSyncExternalStore(watchLog, loggedCalls);
  const [hidden, setHidden] = useState(true);
  const shown = calls.filter((call) => !hidden || !kReads.test(call.action));
  return (
    <Drawer title={w.title} onClose={onClose}>
      <p className="grey small">{w.note}</p>
      <div className="toolbar">
        <CheckField label={w.hideReads} checked={hidden} onChange={setHidden} />
        <span className="grey small">{w.count(shown.length)}</span>
        <span className="toolbar-end copied">
          <span className="small">{w.script}</span>
          {/* The oldest first, as they were done. */}
          <CopyButton name={w.script} text={() => `${[...shown].reverse().map(shellLine).join('\n')}\n`} />
        </span>
        <Button small onClick={clearLog}>
          {w.clear}
        </Button>
      </div>
      {shown.length === 0 ? (
        <Empty title={calls.length > 0 ? w.onlyReads : w.empty}>{w.emptyText}</Empty>
      ) : (
        <ol className="call-list">
          {shown.map((call) => (
            <Call key={`${call.at} ${call.action} ${call.requestId}`} call={call} onClose={onClose} />
          ))}
        </ol>
      )}
    </Drawer>
  );
}

function Call({ call, onClose }: { call: LoggedCall; onClose: () => void }) {
  const w = useWords(callWords);
  const navigate = useNavigate();
  const ses = kSesActions.has(call.action);
  const good = call.code === 'ok';
  const openExplorer = async () => {
    // Its code is loaded only when somebody wants it.
    const { fragmentOf } = await import('../pages/explorer/share');
    onClose();
    navigate(`/explorer/${call.action}${await fragmentOf({ region: call.region, params: call.params as never })}`);
  };
  return (
    <li>
      <details>
        <summary>
          <b>{call.action}</b>
          <span className="field-kind" title={ses ? w.sesTitle : w.ownTitle}>
            {ses ? w.ses : w.own}
          </span>
          <StateMark icon={good ? CircleCheck : CircleX} tone={good ? 'success' : 'error'}>
            {good ? w.ok : call.code}
          </StateMark>
          <span className="grey small">
            <Time at={new Date(call.at)} /> · {showDuration(call.ms)}
          </span>
        </summary>
        <pre className="reply">{writeJson(call.params as Json, 2)}</pre>
        <div className="empty-actions">
          {call.requestId && (
            <span className="copied small">
              RequestId <code>{call.requestId}</code>
              <CopyButton text={call.requestId} name="RequestId" />
            </span>
          )}
          <Button small look="text" onClick={() => void openExplorer()}>
            {w.toExplorer}
          </Button>
        </div>
      </details>
    </li>
  );
}
