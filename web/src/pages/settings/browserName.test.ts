import { expect, test } from 'vitest';

import { browserName } from './browserName';

test('browsers are told by their own name, not by those that they also claim', () => {
  const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
  expect(browserName(chrome)).toEqual({ browser: 'Chrome', system: 'Linux' });
  expect(browserName(`${chrome} Edg/131.0.0.0`)).toEqual({ browser: 'Edge', system: 'Linux' });
  expect(browserName('Mozilla/5.0 (Windows NT 10.0; rv:133.0) Gecko/20100101 Firefox/133.0')).toEqual({
    browser: 'Firefox', system: 'Windows',
  });
  expect(
    browserName('Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1'),
  ).toEqual({ browser: 'Safari', system: 'iOS' });
  expect(browserName('curl/7.88.1')).toBeUndefined();
  expect(browserName('')).toBeUndefined();
});
