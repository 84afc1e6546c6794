import { describe, expect, it } from 'vitest';

import { readFilter } from './search';

describe('the filter of the inbox', () => {
  it('takes recipients and subjects by name, and guesses words without one', () => {
    expect(readFilter('')).toEqual({ to: '', subject: '' });
    expect(readFilter('ada@post')).toEqual({ to: 'ada@post', subject: '' });
    expect(readFilter('Your order')).toEqual({ to: '', subject: 'Your order' });
    expect(readFilter('subject:Your order to: ada')).toEqual({ to: 'ada', subject: 'Your order' });
    expect(readFilter('order TO:ada@post')).toEqual({ to: 'ada@post', subject: 'order' });
  });
});
