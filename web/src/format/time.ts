import type { Language } from '../words/words';

/** Beijing has no summer time. */
const kBeijingMs = 8 * 3600 * 1000;
const kWallTime = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2}):(\d{2}))?$/;

/** Reads the API's wall time "YYYY-MM-DD HH:MM:SS" or day, which is Beijing's. undefined when it is none. */
export function fromBeijing(text: string | undefined | null): Date | undefined {
  const found = kWallTime.exec(text ?? '');
  if (!found) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1).map((part) => Number(part ?? 0));
  const utc = Date.UTC(year!, month! - 1, day!, hour || 0, minute || 0, second || 0);
  return Number.isNaN(utc) ? undefined : new Date(utc - kBeijingMs);
}

/** Unix seconds, as number, BigInt or digits. 0 means "not yet" in the API. */
export function fromUnix(seconds: number | bigint | string | undefined | null): Date | undefined {
  const value = Number(seconds ?? 0);
  return value > 0 ? new Date(value * 1000) : undefined;
}

/** The instant as the API's Beijing wall time "YYYY-MM-DD HH:MM:SS". */
export function toBeijing(instant: Date): string {
  return new Date(instant.getTime() + kBeijingMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** The Beijing day of an instant, "YYYY-MM-DD". */
export function beijingDay(instant: Date): string {
  return toBeijing(instant).slice(0, 10);
}

/** Date and time in the viewer's zone, 24 h: "24 Nov 2026, 10:24:31". */
export function showTime(instant: Date | undefined, language: Language, seconds = true): string {
  if (!instant) return '–';
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN', {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' } : {}),
    hourCycle: 'h23',
  }).format(instant);
}

/** The time of today, else day and time: for columns. */
export function showShortTime(instant: Date | undefined, language: Language, now = new Date()): string {
  if (!instant) return '–';
  const sameDay = instant.toDateString() === now.toDateString();
  const sameYear = instant.getFullYear() === now.getFullYear();
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN', {
    ...(sameDay ? { second: '2-digit' } : { month: 'short', day: 'numeric' }),
    ...(sameYear ? {} : { year: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(instant);
}

/** All forms of an instant, for a title: local with offset, Beijing, UTC, ISO. */
export function timeTitle(instant: Date, language: Language): string {
  return `${showTime(instant, language)} (${zoneOffset(instant)})\n${toBeijing(instant)} Beijing\n${instant.toISOString()}`;
}

/** "UTC+1", "UTC−3:30". */
export function zoneOffset(instant: Date): string {
  const minutes = -instant.getTimezoneOffset();
  const sign = minutes < 0 ? '−' : '+';
  const hours = Math.floor(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  return `UTC${sign}${hours}${rest ? `:${String(rest).padStart(2, '0')}` : ''}`;
}

/** "850 ms", "2 min 14 s", "1 h 29 min". */
export function showDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
