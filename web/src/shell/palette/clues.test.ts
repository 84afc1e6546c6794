import { describe, expect, it } from 'vitest';

import { cluesOf } from './clues';

const isCode = (code: string) => code === 'FailedOperation.NotExist' || code === 'RequestLimitExceeded';
const paths = (text: string) => cluesOf(text, isCode).map((clue) => clue.path);

describe('a pasted text', () => {
  it('that is a RequestId leads to the page of the call, also with what a log puts around it', () => {
    const path = ['/calls/0d3b5f0e-8a56-4f2e-9d5f-6a1c2b3d4e5f'];
    expect(paths('0d3b5f0e-8a56-4f2e-9d5f-6a1c2b3d4e5f')).toEqual(path);
    expect(paths(' "RequestId": "0D3B5F0E-8A56-4F2E-9D5F-6A1C2B3D4E5F",')).toEqual(path);
  });
  it('that is a MessageId leads to the mail', () => {
    expect(paths('qcloudses-30-1250000001-date-20260301090003-Gk2mZ7aQ')).toEqual([
      '/messages/qcloudses-30-1250000001-date-20260301090003-Gk2mZ7aQ',
    ]);
  });
  it('that holds an address leads to its mails and to its lists', () => {
    const path = ['/messages?to=ann%2Bx%40shop.example', '/blocks?address=ann%2Bx%40shop.example'];
    expect(paths('ann+x@shop.example')).toEqual(path);
    expect(paths('Ann <ann+x@shop.example>')).toEqual(path);
  });
  it('that is a domain leads to it, in any script', () => {
    expect(paths('Mail.Shop.example')[0]).toBe('/domains/mail.shop.example');
    expect(paths('商店.例子')[0]).toBe(`/domains/${encodeURIComponent('商店.例子')}`);
  });
  it('that is a number may be three ids, whole beyond what a number of the language holds', () => {
    expect(paths('18446744073709551615')).toEqual([
      '/tasks/18446744073709551615', '/templates/18446744073709551615', '/groups/18446744073709551615',
    ]);
    expect(paths('TaskId: 17')[0]).toBe('/tasks/17');
  });
  it('that is an error code leads to its page, a word that is none leads nowhere', () => {
    expect(paths('FailedOperation.NotExist')).toEqual(['/explorer/errors/FailedOperation.NotExist']);
    expect(paths('RequestLimitExceeded')).toEqual(['/explorer/errors/RequestLimitExceeded']);
    expect(paths('Newsletter')).toEqual([]);
    expect(paths('')).toEqual([]);
  });
  it('that is very long is not looked at', () => {
    expect(paths('a.'.repeat(50_000))).toEqual([]);
  });
});
