import type { Language } from '../words/words';

/** A number with separators: exact, for tables. Ids are text and never come here. */
export function showNumber(value: number | bigint | string | undefined | null, language: Language): string {
  if (value === undefined || value === null || value === '') return '–';
  return new Intl.NumberFormat(language).format(typeof value === 'string' ? Number(value) : value);
}

/** Compact from 10,000 on: for axes and "about" totals. */
export function showAbout(value: number, language: Language): string {
  if (Math.abs(value) < 10_000) return showNumber(value, language);
  return new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}

/** "12.4 KiB". */
export function showBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 100 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** "0.2 %" of a base of at least 50; of fewer a share says nothing, and undefined comes back. */
export function showShare(part: number, base: number): string | undefined {
  if (base < 50) return undefined;
  const percent = (100 * part) / base;
  return `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}
