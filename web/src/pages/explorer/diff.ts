/** A line of two texts side by side: in both, only in the older, or only in the newer one. */
export interface DiffLine {
  kind: 'same' | 'gone' | 'new';
  text: string;
}

export interface Diff {
  lines: DiffLine[];
  gone: number;
  added: number;
  /** The middle was too long to be compared line by line: it is shown as removed and added whole. */
  rough: boolean;
}

/** Beyond it the table of a comparison would take tens of megabytes. */
const kMiddleMax = 1_500;

/** Compares two texts line by line. */
export function diffLines(before: readonly string[], after: readonly string[]): Diff {
  let begin = 0;
  while (begin < before.length && begin < after.length && before[begin] === after[begin]) begin += 1;
  let end = 0;
  while (
    end < before.length - begin &&
    end < after.length - begin &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end += 1;
  const old = before.slice(begin, before.length - end);
  const now = after.slice(begin, after.length - end);
  const rough = old.length > kMiddleMax || now.length > kMiddleMax;
  const middle = rough ? [...mark(old, 'gone'), ...mark(now, 'new')] : compared(old, now);
  return {
    lines: [...mark(before.slice(0, begin), 'same'), ...middle, ...mark(before.slice(before.length - end), 'same')],
    gone: middle.filter((line) => line.kind === 'gone').length,
    added: middle.filter((line) => line.kind === 'new').length,
    rough,
  };
}

function mark(lines: readonly string[], kind: DiffLine['kind']): DiffLine[] {
  return lines.map((text) => ({ kind, text }));
}

/** The longest common subsequence, by the table of its lengths. */
function compared(old: readonly string[], now: readonly string[]): DiffLine[] {
  const width = now.length + 1;
  const lengths = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        old[i] === now[j]
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push({ kind: 'same', text: old[i]! });
      i += 1;
      j += 1;
    } else if (j >= now.length || (i < old.length && lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!)) {
      lines.push({ kind: 'gone', text: old[i]! });
      i += 1;
    } else {
      lines.push({ kind: 'new', text: now[j]! });
      j += 1;
    }
  }
  return lines;
}

/** A stretch of a comparison: lines that are shown, or the number of equal ones that are left out. */
export type DiffPart = { kind: 'lines'; lines: DiffLine[] } | { kind: 'skipped'; count: number };

/** Leaves out equal lines that are further than `around` from every change. */
export function folded(lines: readonly DiffLine[], around: number): DiffPart[] {
  const near = new Uint8Array(lines.length);
  lines.forEach((line, at) => {
    if (line.kind !== 'same') near.fill(1, Math.max(0, at - around), at + around + 1);
  });
  const parts: DiffPart[] = [];
  lines.forEach((line, at) => {
    const last = parts[parts.length - 1];
    if (near[at]) {
      if (last?.kind === 'lines') last.lines.push(line);
      else parts.push({ kind: 'lines', lines: [line] });
    } else if (last?.kind === 'skipped') last.count += 1;
    else parts.push({ kind: 'skipped', count: 1 });
  });
  return parts;
}
