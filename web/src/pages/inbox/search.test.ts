import { describe, expect, it } from 'vitest';

import { readFilter } from './search';

const kNone = { to: '', from: '', subject: '', id: '' };

describe('the filter of the inbox', () => {
  it('takes addresses and subjects by name, and guesses words without one', () => {
    expect(readFilter('')).toEqual(kNone);
    expect(readFilter('ada@post')).toEqual({ ...kNone, to: 'ada@post' });
    expect(readFilter('Your order')).toEqual({ ...kNone, subject: 'Your order' });
    expect(readFilter('subject:Your order to: ada')).toEqual({ ...kNone, to: 'ada', subject: 'Your order' });
    expect(readFilter('order TO:ada@post from:news@')).toEqual({ ...kNone, to: 'ada@post', from: 'news@', subject: 'order' });
    expect(readFilter('subject:your photo:album')).toEqual({ ...kNone, subject: 'your photo:album' });
  });
  it('knows a MessageId', () => {
    const id = 'qcloudses-30-1400000001-date-20261129120000-Gk2mZ7aQ1';
    expect(readFilter(id)).toEqual({ ...kNone, id });
    expect(readFilter(`id:${id}`)).toEqual({ ...kNone, id });
  });
});
