import { expect, it } from 'vitest';

import type { Session } from '../api/session';
import { kPages, pagesFor } from './pages';

const namesFor = (...actions: string[]) => pagesFor({ actions, administers: false } as unknown as Session).map((page) => page.name);

it('the navigation leads only to pages that show the role something', () => {
  const all = kPages.map((page) => page.name);
  expect(all).toHaveLength(12);
  expect(namesFor('*')).toEqual(all);
  // Who reads everything, and who judges templates.
  expect(namesFor('!GetInboxMail', 'Get*', 'List*', 'PutUser')).toEqual(all);
  expect(namesFor('GetLimits', 'GetEmailTemplate', 'ListEmailTemplate*', 'PutUser')).toEqual(['templates', 'settings', 'explorer']);
});
