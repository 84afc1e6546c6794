import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { endSessions, readSessions, type OwnSession } from '../../api/session';
import { fromUnix } from '../../format/time';
import { Button, DataTable, ErrorPanel, Section, Skeleton, Time, useToast, type Column } from '../../parts';
import { useWords } from '../../words/words';
import { browserName } from './browserName';
import { youWords } from './youWords';

/** The key under which they are kept. */
export const kOwnSessions = ['own sessions'];
const kEveryMs = 30_000;

/** Where the person is logged in, and the way to end that. */
export function Sessions() {
  const w = useWords(youWords);
  const toast = useToast();
  const client = useQueryClient();
  const sessions = useQuery({ queryKey: kOwnSessions, queryFn: readSessions, refetchInterval: kEveryMs });
  const end = useMutation({
    mutationFn: endSessions,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: kOwnSessions });
      toast(w.ended);
    },
  });
  const nameOf = (session: OwnSession) => {
    const name = browserName(session.agent);
    return name ? w.on(name.browser, name.system) : w.unknown;
  };
  const columns: Column<OwnSession>[] = [
    {
      key: 'browser',
      head: w.column.browser,
      cell: (session) => (
        <span title={session.agent}>
          <b>{nameOf(session)}</b> {session.current && <span className="grey small">({w.current})</span>}
        </span>
      ),
    },
    { key: 'peer', head: w.column.peer, cell: (session) => <code>{session.peer}</code> },
    { key: 'created', head: w.column.created, wideOnly: true, cell: (session) => <Time at={fromUnix(session.created)} /> },
    { key: 'used', head: w.column.used, wideOnly: true, cell: (session) => <Time at={fromUnix(session.used)} /> },
    {
      key: 'act',
      head: w.column.act,
      number: true,
      cell: (session) =>
        session.current ? null : (
          <Button
            small
            disabled={end.isPending}
            aria-label={w.endOne(nameOf(session), session.peer)}
            onClick={() => end.mutate({ end: session.id })}
          >
            {w.end}
          </Button>
        ),
    },
  ];
  const rows = sessions.data ?? [];
  return (
    <Section title={w.sessions}>
      {sessions.isPending && <Skeleton rows={2} />}
      {sessions.error && <ErrorPanel title={w.sessions} error={sessions.error} />}
      {rows.length > 0 && <DataTable caption={w.sessions} columns={columns} rows={[...rows]} rowKey={(session) => session.id} />}
      {end.error && <ErrorPanel title={w.end} error={end.error} />}
      <div className="toolbar">
        {rows.length > 1 ? (
          <Button disabled={end.isPending} onClick={() => end.mutate({ end_others: true })}>
            {w.endOthers}
          </Button>
        ) : (
          rows.length === 1 && <p className="grey small">{w.onlyOne}</p>
        )}
      </div>
    </Section>
  );
}
