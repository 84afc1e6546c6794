import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useState } from 'react';

import { fromBeijing, showTime } from '../../format/time';
import { Button, IconButton } from '../../parts';
import { SearchField } from '../../parts/SearchField';
import { Segments } from '../../parts/Segments';
import { useLanguage, useWords } from '../../words/words';
import { kStates, readFilter, writeFilter, type MailFilter } from './filter';
import { addDays, isDay, today } from './model';
import { words } from './words';

const kDayMs = 86_400_000;

/** The filters of the list: words in one field, the state, and a day. `onChange` gets all of them. */
export function MailToolbar({ filter, onChange }: { filter: MailFilter; onChange: (filter: MailFilter) => void }) {
  const w = useWords(words);
  const language = useLanguage();
  const [unknown, setUnknown] = useState<string[]>([]);
  const { day, state } = filter;
  const search = (text: string) => {
    const read = readFilter(text);
    setUnknown(read.unknown);
    onChange({ state, day, ...read.filter });
  };
  const choose = (next: string | undefined) => onChange({ ...filter, day: next });
  const begin = fromBeijing(day);
  return (
    <>
      <div className="toolbar">
        <SearchField label={w.search} hint={w.searchHint} value={writeFilter(filter)} maxLength={500} onChange={search} />
        <span className="day-field">
          <IconButton label={w.previousDay} onClick={() => choose(addDays(day ?? addDays(today(), 1), -1))}>
            <ChevronLeft size={16} />
          </IconButton>
          <input
            className="input"
            type="date"
            aria-label={w.day}
            title={w.day}
            value={day ?? ''}
            max={today()}
            onChange={(event) => (event.target.value === '' ? choose(undefined) : isDay(event.target.value) && choose(event.target.value))}
          />
          <IconButton label={w.nextDay} disabled={day === undefined || day >= today()} onClick={() => day && choose(addDays(day, 1))}>
            <ChevronRight size={16} />
          </IconButton>
          {day !== undefined && (
            <Button small look="text" onClick={() => choose(undefined)}>
              {w.anyDay}
            </Button>
          )}
        </span>
        {begin && (
          <span className="grey small">
            {w.daySpan(showTime(begin, language, false), showTime(new Date(begin.getTime() + kDayMs - 1_000), language, false))}
          </span>
        )}
      </div>
      <div className="toolbar">
        <Segments
          label={w.state}
          value={state ?? ''}
          onChange={(next) => onChange({ ...filter, state: next || undefined })}
          segments={[{ value: '', label: w.all }, ...kStates.map((value) => ({ value, label: w.states[value] }))]}
        />
        {unknown.length > 0 && (
          <span role="status" className="small error-text">
            {w.unknownWords(unknown.join(' '))}
          </span>
        )}
      </div>
    </>
  );
}
