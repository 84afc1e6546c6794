import { describe, expect, it } from 'vitest';

import { decodeText, encodeText } from './bytes';
import { showAbout, showBytes, showNumber, showShare } from './number';
import { beijingDay, fromBeijing, fromUnix, showDuration, toBeijing } from './time';

describe('times', () => {
  it('reads wall time as Beijing’s, whatever the zone of the machine', () => {
    expect(fromBeijing('2026-11-24 18:00:00')?.toISOString()).toBe('2026-11-24T10:00:00.000Z');
    expect(fromBeijing('2026-11-24')?.toISOString()).toBe('2026-11-23T16:00:00.000Z');
    expect(fromBeijing('yesterday')).toBeUndefined();
  });
  it('writes an instant as Beijing’s wall time', () => {
    expect(toBeijing(new Date('2026-11-24T16:30:01Z'))).toBe('2026-11-25 00:30:01');
    expect(beijingDay(new Date('2026-11-24T15:59:59Z'))).toBe('2026-11-24');
  });
  it('takes zero seconds as "not yet"', () => {
    expect(fromUnix(0)).toBeUndefined();
    expect(fromUnix(1772326800n)?.toISOString()).toBe('2026-03-01T01:00:00.000Z');
  });
  it('says durations in two units', () => {
    expect([850, 59_000, 134_000, 5_340_000, 200_000_000].map(showDuration)).toEqual(['850 ms', '59 s', '2 min 14 s', '1 h 29 min', '2 d 7 h']);
  });
});

describe('numbers', () => {
  it('are exact in tables and compact where they are about', () => {
    expect(showNumber(1204311, 'en')).toBe('1,204,311');
    expect(showAbout(1204311, 'en')).toBe('1.2M');
    expect(showAbout(1204311, 'zh-CN')).toBe('120.4万');
    expect(showAbout(9999, 'en')).toBe('9,999');
  });
  it('show no share of fewer than fifty', () => {
    expect(showShare(3, 49)).toBeUndefined();
    expect(showShare(3, 1204)).toBe('0.2 %');
  });
  it('show bytes in binary units', () => {
    expect([12, 12_698, 10 * 1024 * 1024].map(showBytes)).toEqual(['12 B', '12.4 KiB', '10.0 MiB']);
  });
});

describe('base64', () => {
  it('carries UTF-8', () => {
    expect(encodeText('你好 ü')).toBe('5L2g5aW9IMO8');
    expect(decodeText('5L2g5aW9IMO8')).toBe('你好 ü');
    expect(decodeText('/w==')).toBeUndefined();
    expect(decodeText('no base64!')).toBeUndefined();
  });
});
