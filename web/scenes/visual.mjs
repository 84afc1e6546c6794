// Pictures of every page in every state, theme, width and language, for somebody to look at; nothing is compared by pixel.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { before, test } from 'node:test';

import { at, settled, signedIn, withPage, world } from './browser.mjs';

const kind = process.env.SESAME_VISUAL;
const facts = JSON.parse(readFileSync(process.env.SESAME_FACTS, 'utf8'));
const kPages = [
  'overview', 'messages', 'delivery', 'statistics', 'tasks', 'groups', 'templates', 'blocks', 'domains', 'settings', 'inbox', 'explorer',
];
/** Objects and drawers, which an empty console does not have. */
const kMore = {
  task: `tasks/${facts.task}`,
  'task-new': 'tasks/new',
  message: `messages/${facts.message}`,
  group: `groups/${facts.group}`,
  import: `groups/${facts.group}/import`,
  template: `templates/${facts.template}`,
  domain: `domains/${facts.domain}`,
  call: 'explorer/ListReceivers',
  start: 'start',
};
const kExpected = [/./];
let state;

before(async () => {
  state = await signedIn();
  mkdirSync(world.pictures, { recursive: true });
});

/** Every action is refused, as by a server whose database is away. */
function refuse(page) {
  return page.route('**/console/call', (route) =>
    route.fulfill({
      json: {
        Response: {
          Error: { Code: 'InternalError', Message: 'The database does not answer. Try again in a minute.' },
          RequestId: '0d3b5f0e-8a56-4f2e-9d5f-6a1c2b3d4e5f',
        },
      },
    }),
  );
}

for (const language of ['en', 'zh-CN']) {
  for (const theme of ['light', 'dark']) {
    for (const width of [1440, 390]) {
      test(`${kind}, ${language}, ${theme}, ${width}`, () =>
        withPage({ state, language, theme, width, height: width === 390 ? 844 : 900, expected: kExpected }, async (page) => {
          if (kind === 'error') await refuse(page);
          const places = { ...Object.fromEntries(kPages.map((name) => [name, name])), ...(kind === 'empty' ? {} : kMore) };
          const wide = [];
          for (const [name, path] of Object.entries(places)) {
            await page.goto(at(path));
            // A page whose values do not come has its own words for that, and is pictured with them.
            await settled(page).catch(() => undefined);
            if (name === 'call') {
              await page.getByLabel(/^Offset/).fill('0');
              await page.getByLabel(/^Limit/).fill('10');
              await page.keyboard.press('Control+Enter');
              await page.getByText('RequestId').first().waitFor();
            }
            await page.screenshot({ path: `${world.pictures}/${name}-${kind}-${theme}-${width}-${language}.png`, animations: 'disabled' });
            const by = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
            if (by > 0) wide.push(`${name}: ${by} pixels`);
          }
          assert.deepEqual(wide, [], 'pages scroll sideways');
        }));
    }
  }
}
