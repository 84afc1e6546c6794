import { useEffect, useRef, useState } from 'react';
import { Link, useLocation, useNavigate, useSearchParams } from 'react-router-dom';

import { useCall } from '../../api/query';
import { showNumber } from '../../format/number';
import { fromBeijing, showShortTime } from '../../format/time';
import { Button, DataTable, Empty, FilteredEmpty, Section, Time, type Column } from '../../parts';
import { Await } from '../../parts/Await';
import { RecipientState } from '../../parts/MailState';
import { useLanguage, useWords } from '../../words/words';
import { countOf, isMoving, kBehind, kStates, type Outcome, type Recipient, type TaskStory } from './model';
import { words } from './words';
import { messagePath } from '../messages/path';

const kPage = 50;
const kEveryMs = 2_000;

/** The states that the address asks for: one of them, or one part of the bar. */
function statesOf(show: string): readonly string[] {
  if (show in kBehind) return kBehind[show as keyof Outcome];
  return (kStates as readonly string[]).includes(show) ? [show] : [];
}

/** The recipients of the newest run with their states and reasons; pages go on behind the last place in the group. */
export function Recipients({ story }: { story: TaskStory }) {
  const w = useWords(words);
  const language = useLanguage();
  const navigate = useNavigate();
  const location = useLocation();
  const [search, setSearch] = useSearchParams();
  const show = search.get('show') ?? '';
  const states = statesOf(show);
  // The places behind which the pages before this one began, so that one can go back.
  const [starts, setStarts] = useState<number[]>([]);
  const heading = useRef<HTMLDivElement>(null);
  useEffect(() => setStarts([]), [show, story.Task.TaskId]);
  useEffect(() => {
    if (location.hash === '#recipients') heading.current?.scrollIntoView({ block: 'start' });
  }, [location.hash, show]);
  const after = starts[starts.length - 1] ?? 0;
  const list = useCall<{ TotalCount: number; Data: Recipient[] }>(
    'ListSendTaskRecipients',
    {
      TaskId: story.Task.TaskId,
      Offset: 0,
      Limit: kPage,
      States: states.length > 0 ? [...states] : undefined,
      After: after > 0 ? after : undefined,
    },
    { enabled: story.RecipientCount > 0, every: isMoving(story) ? kEveryMs : undefined },
  );
  const choose = (value: string) => {
    const next = new URLSearchParams(search);
    if (value) next.set('show', value);
    else next.delete('show');
    setSearch(next, { replace: true });
  };
  const storyPath = (row: Recipient) =>
    messagePath(row.MessageId, row.Email);
  const columns: Column<Recipient>[] = [
    { key: 'place', head: w.column.place, number: true, wideOnly: true, cell: (row) => showNumber(row.Number, language) },
    {
      key: 'address',
      head: w.column.address,
      cell: (row) =>
        row.Email === '' ? (
          <span className="grey">{w.groupDeleted}</span>
        ) : row.MessageId !== '' ? (
          <Link to={storyPath(row)} className="row-name">
            {row.Email}
          </Link>
        ) : (
          row.Email
        ),
    },
    {
      key: 'state',
      head: w.column.state,
      cell: (row) => <RecipientState state={row.State} sendStatus={Number(row.SendStatus)} />,
    },
    { key: 'reason', head: w.column.reason, wideOnly: true, cell: (row) => <span className="grey">{row.Reason}</span> },
    { key: 'tries', head: w.column.tries, number: true, wideOnly: true, cell: (row) => showNumber(row.Attempts, language) },
    {
      key: 'time',
      head: w.column.time,
      number: true,
      wideOnly: true,
      cell: (row) => <Time at={fromBeijing(row.DeliverTime || row.FirstAttemptTime)} />,
    },
  ];
  const part = show in kBehind ? w.legend[show as keyof Outcome] : w.recipientState[show as keyof typeof w.recipientState];
  return (
    <div ref={heading} id="recipients">
      <Section title={w.recipients} beside={w.recipientsNote}>
        {story.RecipientCount === 0 ? (
          <Empty title={w.noRun}>{w.noRunText}</Empty>
        ) : (
          <>
            <div className="toolbar">
              <select className="input" aria-label={w.states} value={show} onChange={(event) => choose(event.target.value)}>
                <option value="">{`${w.everyState} (${showNumber(story.RecipientCount, language)})`}</option>
                {show in kBehind && !(kStates as readonly string[]).includes(show) && <option value={show}>{part}</option>}
                {kStates.map((state) => (
                  <option key={state} value={state}>
                    {`${w.recipientState[state]} (${showNumber(countOf(story, state), language)})`}
                  </option>
                ))}
              </select>
            </div>
            <Await of={list} title={w.recipients} rows={10}>
              {(data) =>
                data.Data.length === 0 ? (
                  <FilteredEmpty title={w.noneInState(part ?? show)} clear={<Button onClick={() => choose('')}>{w.showAll}</Button>}>
                    {w.noneInStateText}
                  </FilteredEmpty>
                ) : (
                  <DataTable
                    caption={w.recipients}
                    columns={columns}
                    rows={data.Data}
                    rowKey={(row) => String(row.Number)}
                    onOpen={(row) => row.MessageId !== '' && navigate(storyPath(row))}
                    below={(row) =>
                      row.State !== 'delivered' && (row.Reply !== '' || row.NextAttemptTime !== '') ? (
                        <span className="small reply-line">
                          {row.Reply !== '' && <code>{row.Reply}</code>}
                          {row.Class !== '' && <span className="grey"> {row.Class}</span>}
                          {row.NextAttemptTime !== '' && (
                            <span className="grey">
                              {' '}
                              {w.nextTry(showShortTime(fromBeijing(row.NextAttemptTime), language))}
                            </span>
                          )}
                        </span>
                      ) : undefined
                    }
                    paging={{
                      text: w.rows(
                        showNumber(starts.length * kPage + 1, language),
                        showNumber(starts.length * kPage + data.Data.length, language),
                        showNumber(data.TotalCount, language),
                      ),
                      onPrevious: starts.length > 0 ? () => setStarts(starts.slice(0, -1)) : undefined,
                      onNext:
                        data.Data.length === kPage && starts.length * kPage + kPage < data.TotalCount
                          ? () => setStarts([...starts, data.Data[data.Data.length - 1]!.Number])
                          : undefined,
                    }}
                  />
                )
              }
            </Await>
          </>
        )}
      </Section>
    </div>
  );
}
