import { Link } from 'react-router-dom';

import { showNumber } from '../format/number';
import { useLanguage } from '../words/words';

/** A number that leads to the rows behind it; nothing stands behind zero. */
export function Count({ n, to, label }: { n: number; to?: string | undefined; label?: string }) {
  const language = useLanguage();
  const text = showNumber(n, language);
  if (!to || n === 0) return <span>{text}</span>;
  return (
    <Link to={to} className="rows-link" aria-label={label ? `${label}: ${text}` : undefined}>
      {text}
    </Link>
  );
}
