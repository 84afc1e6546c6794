import { Download } from 'lucide-react';
import { useState } from 'react';

import { showNumber } from '../../format/number';
import { Button, useToast } from '../../parts';
import { useLanguage, useWords } from '../../words/words';
import { download } from '../download';
import { verdictFile, type Import, type RowVerdict } from './importModel';
import { importWords } from './importWords';

/** Downloads what became of each row of an import. */
export function VerdictButton({ one, small }: { one: Import; small?: boolean }) {
  const w = useWords(importWords);
  const language = useLanguage();
  const toast = useToast();
  const [read, setRead] = useState<number>();
  const reasonOf = (row: RowVerdict): string => {
    if (row.Verdict !== 'repeat') return row.Reason;
    return row.MatchLine > 0 ? w.sameAs(String(row.MatchLine)) : w.known;
  };
  const load = async () => {
    setRead(0);
    try {
      download(`${one.FileName}.verdicts.csv`, await verdictFile(one.ImportId, reasonOf, setRead));
    } catch (error) {
      toast(`${w.verdicts}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      setRead(undefined);
    }
  };
  return (
    <Button
      small={small}
      icon={<Download size={14} aria-hidden />}
      disabled={read !== undefined}
      onClick={() => void load()}
    >
      {read === undefined ? w.verdicts : w.reading(showNumber(read, language))}
    </Button>
  );
}
