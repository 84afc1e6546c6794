import './calls.css';

import { useState, type FormEvent } from 'react';
import { Link, Route, Routes, useNavigate, useParams, useSearchParams } from 'react-router-dom';

import { useCall } from '../../api/query';
import { requestIdIn } from '../../format/ids';
import { fromBeijing } from '../../format/time';
import { Button, CheckField, DataTable, Empty, Page, Section, TextField, Time, type Column } from '../../parts';
import { Await } from '../../parts/Await';
import { useWords } from '../../words/words';
import { CallGroups } from './CallGroups';
import { CallPage } from './CallPage';
import { showMs, type Call, type CallList } from './model';
import { words } from './words';

/** The calls of the last day, and the page of each. */
export default function Calls() {
  return (
    <Routes>
      <Route path="/" element={<ListPage />} />
      <Route path="/:id" element={<OneCall />} />
    </Routes>
  );
}

function OneCall() {
  const { id = '' } = useParams();
  return <CallPage key={id} id={id} />;
}

function ListPage() {
  const w = useWords(words);
  const [search, setSearch] = useSearchParams();
  const action = search.get('action') ?? '';
  const onlyFailed = search.get('failed') === '1';
  const position = search.get('position') ?? '';
  const params = { OnlyFailed: onlyFailed, Limit: 50, ...(action && { ActionName: action }), ...(position && { Position: position }) };
  const calls = useCall<CallList>('ListCalls', params);
  const change = (changes: { [name: string]: string }) => {
    const next = new URLSearchParams(search);
    next.delete('position');
    for (const [name, value] of Object.entries(changes)) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    setSearch(next);
  };
  return (
    <Page title={w.title}>
      <p className="small grey">{w.intro}</p>
      <FindCall />
      <div className="toolbar">
        <CheckField label={w.onlyFailed} checked={onlyFailed} onChange={(on) => change({ failed: on ? '1' : '' })} />
        {action && (
          <Button small onClick={() => change({ action: '' })}>
            {w.allCalls}
          </Button>
        )}
      </div>
      <Await of={calls} title={w.title} rows={10}>
        {(list) =>
          list.Data.length === 0 ? (
            <Empty title={onlyFailed ? w.emptyFailed : w.empty}>{w.emptyText}</Empty>
          ) : (
            <>
              {onlyFailed && list.Groups.length > 0 && (
                <Section title={w.groups} beside={w.groupsBeside}>
                  <CallGroups groups={list.Groups} />
                </Section>
              )}
              <Section title={action || w.list} beside={w.newest}>
                <CallTable calls={list.Data} />
                <div className="row-acts">
                  {position && <Button onClick={() => change({})}>{w.first}</Button>}
                  {list.Position && <Button onClick={() => change({ position: list.Position })}>{w.next}</Button>}
                </div>
              </Section>
            </>
          )
        }
      </Await>
    </Page>
  );
}

/** Opens the page of a call by its RequestId. */
function FindCall() {
  const w = useWords(words);
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const id = requestIdIn(text);
  const open = (event: FormEvent) => {
    event.preventDefault();
    if (id) navigate(`/calls/${id}`);
  };
  return (
    <form className="find-call" onSubmit={open}>
      <TextField label={w.find} value={text} onChange={setText} mono />
      <Button type="submit" reason={id ? undefined : w.findShort}>
        {w.open}
      </Button>
    </form>
  );
}

/** A repetition shares the RequestId of its call. */
const keyOf = (call: Call) => [call.RequestId, call.Time, call.DurationUs].join(' ');

function CallTable({ calls }: { calls: readonly Call[] }) {
  const w = useWords(words);
  const columns: Column<Call>[] = [
    { key: 'time', head: w.column.time, cell: (call) => <Time at={fromBeijing(call.Time)} /> },
    {
      key: 'action',
      head: w.column.action,
      cell: (call) => <Link to={`/calls/${call.RequestId}`}>{call.Action || w.noAction}</Link>,
    },
    { key: 'code', head: w.column.result, cell: (call) => call.Code || <span className="grey">{call.Replayed ? w.replayed : w.ok}</span> },
    { key: 'client', head: w.column.client, wideOnly: true, cell: (call) => call.Client || '–' },
    { key: 'who', head: w.column.who, wideOnly: true, cell: (call) => <span className="cell-text">{call.Credential || w.nobody}</span> },
    { key: 'peer', head: w.column.peer, wideOnly: true, cell: (call) => call.Peer },
    { key: 'ms', head: w.column.ms, number: true, cell: (call) => showMs(call.DurationUs) },
  ];
  return (
    <DataTable
      caption={w.list}
      dense
      rows={[...calls]}
      rowKey={keyOf}
      tone={(call) => (call.Code.startsWith('InternalError') ? 'error' : undefined)}
      columns={columns}
    />
  );
}
