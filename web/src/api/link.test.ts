import { expect, it } from 'vitest';

import { linkOf } from './link';

it('a link is read out of an address, also one that was damaged on its way', () => {
  expect(linkOf('#login=a%2Bb')).toEqual({ kind: 'login', token: 'a+b' });
  expect(linkOf('#setup=%zz')).toEqual({ kind: 'setup', token: '%zz' });
  expect(linkOf('#recipients')).toBeUndefined();
  expect(linkOf('#login=')).toBeUndefined();
});
