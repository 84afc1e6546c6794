import { expect, it } from 'vitest';

import { kAnalyst, kOperator, kReviewer } from '../api/roles.fixture';
import type { Session } from '../api/session';
import { kPages, pagesFor } from './pages';

const namesFor = (...actions: string[]) => pagesFor({ actions, administers: false } as unknown as Session).map((page) => page.name);

it('the navigation leads only to pages that show the role something', () => {
  const all = kPages.map((page) => page.name);
  expect(all).toHaveLength(12);
  expect(namesFor('*')).toEqual(all);
  // Those who read everything, and those who judge templates.
  expect(namesFor(...kOperator)).toEqual(all);
  expect(namesFor(...kAnalyst)).toEqual(all);
  expect(namesFor(...kReviewer)).toEqual(['templates', 'settings', 'explorer']);
});
