// What holds on every page of the navigation, whichever there are.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { at, eachPage, isAccessible, picture, signedIn, withPage } from './browser.mjs';

let state;

before(async () => {
  state = await signedIn();
});

for (const [language, theme] of [
  ['en', 'light'],
  ['zh-CN', 'dark'],
]) {
  test(`every page is accessible, ${language}, ${theme}`, () =>
    withPage({ state, language, theme }, async (page) => {
      const found = [];
      const paths = await eachPage(page, async (name) => {
        await picture(page, `page-${name}-${language}`);
        assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1, `${name}: not one h1`);
        await isAccessible(page, name).catch((error) => found.push(`${name}: ${error.actual?.join('; ') ?? error.message}`));
      });
      assert.deepEqual(found, []);
      assert.ok(paths.includes('/console/explorer'));
    }));
}

test('no page scrolls sideways on a telephone', () =>
  withPage({ state, width: 390, height: 844 }, async (page) => {
    const wide = [];
    await eachPage(page, async (name) => {
      const by = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      await picture(page, `page-${name}-390`);
      if (by > 0) wide.push(`${name}: ${by} pixels`);
    });
    assert.deepEqual(wide, []);
  }));

test('two keys lead to a page', () =>
  withPage({ state }, async (page) => {
    await page.goto(at('start'));
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('e');
    await page.waitForURL('**/console/explorer/**');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  }));
