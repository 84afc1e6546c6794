import { showShortTime, showTime, timeTitle } from '../format/time';
import { useLanguage } from '../words/words';

/** An instant in the viewer's zone; its title gives zone, Beijing time, UTC and ISO. */
export function Time({ at, short = true }: { at: Date | undefined; short?: boolean }) {
  const language = useLanguage();
  if (!at) return <span className="grey">–</span>;
  return (
    <time dateTime={at.toISOString()} title={timeTitle(at, language)}>
      {short ? showShortTime(at, language) : showTime(at, language)}
    </time>
  );
}
