import { useMemo } from 'react';

import { explorerWords } from '../../words/explorer';
import { useWords } from '../../words/words';
import { diffLines, folded, type DiffLine } from './diff';
import { prettyLines } from './pretty';

/** Lines of an answer that are compared; the rest is said to be left out. */
const kLinesMax = 5_000;
const kAround = 3;
const kSigns: Readonly<Record<DiffLine['kind'], string>> = { same: ' ', gone: '−', new: '+' };

function linesOf(text: string): { lines: string[]; cut: boolean } {
  const lines: string[] = [];
  for (const line of prettyLines(text)) {
    if (lines.length === kLinesMax) return { lines, cut: true };
    lines.push('  '.repeat(line.indent) + line.tokens.map((token) => token.text).join(''));
  }
  return { lines, cut: false };
}

/** What changed since the answer before, line by line. */
export function DiffView({ before, after }: { before: string; after: string }) {
  const words = useWords(explorerWords);
  const { diff, cut } = useMemo(() => {
    const old = linesOf(before);
    const now = linesOf(after);
    return { diff: diffLines(old.lines, now.lines), cut: old.cut || now.cut };
  }, [before, after]);
  return (
    <>
      <p className="small grey" role="status">
        {words.diffCounts(diff.gone, diff.added)} {diff.rough && words.diffRough} {cut && words.diffCut(kLinesMax)}
      </p>
      {diff.gone + diff.added > 0 && (
        <pre className="code-box json" tabIndex={0} role="region" aria-label={words.answerViews.diff}>
          {folded(diff.lines, kAround).map((part, i) =>
            part.kind === 'skipped' ? (
              <span key={i} className="diff-skipped">{`${words.diffSkipped(part.count)}\n`}</span>
            ) : (
              part.lines.map((line, j) => (
                <span key={`${i} ${j}`} className={`diff-${line.kind}`}>{`${kSigns[line.kind]} ${line.text}\n`}</span>
              ))
            ),
          )}
        </pre>
      )}
    </>
  );
}
