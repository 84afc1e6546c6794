// The time line of a mail that was greylisted once: its call, checks, both attempts with server and reply.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { at, isAccessible, picture, withPage } from './browser.mjs';

const page_of = () => `messages/${encodeURIComponent(process.env.SESAME_MESSAGE)}?to=${encodeURIComponent('bob@post.test')}`;
let state;

test('somebody logs in', () =>
  withPage({ expected: [/401/] }, async (page, context) => {
    await page.goto(at(''));
    await page.getByLabel('Name', { exact: true }).fill(process.env.SESAME_OWNER);
    await page.getByLabel('Password', { exact: true }).fill(process.env.SESAME_PASSWORD);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    state = await context.storageState();
  }));

test('the page of a mail tells each attempt, the oldest first', () =>
  withPage({ state }, async (page) => {
    await page.goto(at(page_of()));
    await page.getByText('Attempt 2: accepted').waitFor();
    const heads = await page.locator('.timeline .row-name').allTextContents();
    assert.deepEqual(heads, [
      'Accepted by the API', 'Checked: on no list, within the limits', 'Rendered and signed', 'Attempt 1: delayed', 'Attempt 2: accepted',
    ]);
    const replies = await page.locator('.timeline .reply').allTextContents();
    assert.match(replies[0], /→ RCPT TO:<bob@post\.test>\s*← 451 4\.7\.1 greylisted/);
    assert.match(replies[1], /← 250 2\.0\.0 kept/);
    assert.equal(await page.locator('.timeline time').count() >= 4, true, 'the call, both attempts and the next try have times');
    await page.locator('.timeline').getByText(/127\.0\.0\.1:\d+/).first().waitFor();
    await isAccessible(page, 'a time line');
    await picture(page, 'timeline');
  }));

test('in Chinese on a telephone', () =>
  withPage({ state, language: 'zh-CN', width: 390, height: 844 }, async (page) => {
    await page.goto(at(page_of()));
    await page.getByText('第 1 次尝试：延迟').waitFor();
    await isAccessible(page, 'a time line on a telephone');
    await picture(page, 'timeline-telephone');
  }));
