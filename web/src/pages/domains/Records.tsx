import { CircleCheck, CircleDashed, CircleX, SquareX, type LucideIcon } from 'lucide-react';
import { useState } from 'react';

import { CopyButton, DataTable, StateMark, type Column, type Tone } from '../../parts';
import { Segments } from '../../parts/Segments';
import { useWords } from '../../words/words';
import {
  causeOf, differenceOf, purposeOf, relativeName, stateOf, zoneOf, type DnsRecord, type Piece, type RecordState,
} from './model';
import { onTrust, verdictsOf, type CheckAnswer } from './servers';
import { Servers } from './Servers';
import { words } from './words';

const kMarks: Readonly<Record<RecordState, readonly [LucideIcon, Tone]>> = {
  found: [CircleCheck, 'success'],
  missing: [CircleX, 'error'],
  different: [SquareX, 'error'],
};

/** Longer values are cut on the screen; the button copies all of it. */
const kShownMax = 64;

/** The records of a domain: what to set where, and under each wrong one what was found instead. */
export function Records(props: { domain: string; records: readonly DnsRecord[]; answer: CheckAnswer | undefined }) {
  const { domain, records, answer } = props;
  const w = useWords(words);
  const [form, setForm] = useState('relative');
  // The name servers know where the zone begins; before they were asked it is a guess.
  const zone = answer?.Zone || zoneOf(domain);
  const hostOf = (record: DnsRecord) => (form === 'relative' ? relativeName(record.SendDomain, zone) : record.SendDomain);
  const columns: Column<DnsRecord>[] = [
    { key: 'purpose', head: w.column.purpose, cell: (record) => <b>{w.purpose[purposeOf(record)]}</b> },
    { key: 'type', head: w.column.type, wideOnly: true, cell: (record) => <code>{record.Type}</code> },
    {
      key: 'host',
      head: w.column.host,
      cell: (record) => (
        <span className="copied">
          <code>{hostOf(record)}</code>
          <CopyButton text={hostOf(record)} name={w.host} />
        </span>
      ),
    },
    {
      key: 'value',
      head: w.column.value,
      wideOnly: true,
      cell: (record) => (
        <span className="copied">
          <code>
            {record.ExpectedValue.length > kShownMax ? `${record.ExpectedValue.slice(0, kShownMax)}…` : record.ExpectedValue}
          </code>
          <CopyButton text={record.ExpectedValue} name={w.value} />
        </span>
      ),
    },
    {
      key: 'state',
      head: w.column.state,
      cell: (record) => {
        const state = stateOf(record);
        const [icon, tone] = kMarks[state];
        if (onTrust(record, verdictsOf(answer?.Records ?? [], record))) {
          return (
            <StateMark icon={CircleDashed} tone="neutral">
              {w.record.trusted}
            </StateMark>
          );
        }
        return (
          <StateMark icon={icon} tone={tone}>
            {w.record[state]}
          </StateMark>
        );
      },
    },
  ];
  const below = (record: DnsRecord) => {
    const state = stateOf(record);
    const verdicts = verdictsOf(answer?.Records ?? [], record);
    // Without an answer of a server, what was stored has to do.
    if (verdicts.length > 0) {
      return (
        <>
          {state === 'different' && <Difference record={record} />}
          <Servers verdicts={verdicts} shown={state === 'different' ? record.CurrentValue : ''} />
        </>
      );
    }
    if (state === 'missing') {
      return (
        <p className="grey small record-hint">
          {record.SendDomain.endsWith(zone) ? w.missingHint(`${record.SendDomain}.${zone}`) : ''}
        </p>
      );
    }
    return state === 'different' ? <Difference record={record} /> : undefined;
  };
  return (
    <>
      <div className="toolbar">
        <span className="grey small toolbar-end">{w.hostName}</span>
        <Segments
          label={w.hostName}
          value={form}
          onChange={setForm}
          segments={[
            { value: 'relative', label: w.relative(zone) },
            { value: 'full', label: w.full },
          ]}
        />
      </div>
      <DataTable
        caption={w.tab.records}
        columns={columns}
        rows={[...records]}
        rowKey={(record) => `${record.Type} ${record.SendDomain} ${record.ExpectedValue}`}
        below={below}
      />
    </>
  );
}

/** Wanted and found one below the other, from where they begin to differ, with the cause in words. */
function Difference({ record }: { record: DnsRecord }) {
  const w = useWords(words);
  const cause = causeOf(record.ExpectedValue, record.CurrentValue);
  const difference = differenceOf(record.ExpectedValue, record.CurrentValue);
  const line = (label: string, pieces: Piece[], value: string, kind: 'wanted' | 'found') => (
    <div className="record-line">
      <span className="grey small">{label}</span>
      <code>
        {pieces.map((piece, index) =>
          piece.differs ? (
            <mark key={index} className={`record-${kind}`}>
              {piece.text}
            </mark>
          ) : (
            <span key={index}>{piece.text}</span>
          ),
        )}
      </code>
      <span className="grey small">{w.characters(value.length)}</span>
      <CopyButton text={value} name={label} />
    </div>
  );
  return (
    <div className="record-difference">
      <p className="error-text">
        {cause === 'cut' ? w.cause.cut(record.CurrentValue.length) : w.cause[cause]}
      </p>
      {line(w.wanted, difference.wanted, record.ExpectedValue, 'wanted')}
      {line(w.found, difference.found, record.CurrentValue, 'found')}
    </div>
  );
}
