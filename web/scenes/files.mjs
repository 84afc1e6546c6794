// What people bring as files: a list with faults whose upload is cut, goes on, is explained and undone; a template from
// HTML whose earlier version comes back.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';

import { at, isAccessible, picture, signedIn, withPage } from './browser.mjs';

const file = process.env.SESAME_LIST;
const expected = JSON.parse(process.env.SESAME_COUNTS ?? '{}');
// The connection that is cut, and requests that the browser gives up when a page is left.
const kCut = [/ERR_FAILED/, /ERR_ABORTED/];
let state;

const counter = (page, name) => page.locator(`dt[title=${name}] + dd`);
const asNumber = async (locator) => Number((await locator.innerText()).replaceAll(/\D/g, ''));

async function openGroup(page) {
  await page.goto(at('groups'));
  await page.getByRole('link', { name: 'People of the file' }).first().click();
  await page.getByRole('heading', { name: 'People of the file' }).waitFor();
}

before(async () => {
  state = await signedIn();
});

/** Loses the answer to the n-th part of an import: the server has stored it, and the page does not know. */
async function loseAnswer(page, n) {
  let parts = 0;
  await page.route('**/console/call', async (route) => {
    const request = route.request();
    if (request.headers()['x-tc-action'] !== 'ImportRecipients' || !request.postData().includes('"Part"')) return route.continue();
    parts += 1;
    if (parts < n) return route.continue();
    await route.fetch();
    return route.abort('failed');
  });
}

test('a list in GB18030 is guessed, cut off, resumed after a reload, explained row by row, and undone', () =>
  withPage({ expected: kCut, state }, async (page) => {
    await openGroup(page);
    await page.getByRole('link', { name: /^Import people/ }).first().click();
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByLabel('邮箱', { exact: true }).waitFor();
    assert.equal(await page.getByLabel('Encoding', { exact: true }).inputValue(), 'gb18030');
    assert.equal(await page.getByLabel('邮箱', { exact: true }).inputValue(), 'address');
    await page.getByLabel('姓名', { exact: true }).selectOption('=姓名');
    await page.getByRole('button', { name: 'Check the whole file' }).click();
    const rows = expected.TotalCount.toLocaleString('en');
    const start = page.getByRole('button', { name: `Upload ${rows} rows` });
    await start.waitFor();
    await isAccessible(page, 'an import that was looked over');
    await picture(page, 'import-checked');
    await loseAnswer(page, 3);
    await start.click();
    await page.getByText('The upload ended at an error').waitFor();
    await page.unroute('**/console/call');

    await page.reload();
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByRole('button', { name: 'Check the whole file' }).click();
    // The third part is stored, although its answer was lost.
    await page.getByText('This file was imported before, up to row 15,000').waitFor();
    await picture(page, 'import-resumed');
    await page.getByRole('button', { name: 'Go on behind row 15,000' }).click();
    await page.getByText('Upload finished').first().waitFor();
    for (const [name, count] of Object.entries(expected)) assert.equal(await asNumber(counter(page, name)), count, name);
    await isAccessible(page, 'a finished import');
    await picture(page, 'import-done');

    const [load] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Verdict file', exact: true }).click(),
    ]);
    const lines = readFileSync(await load.path(), 'utf8').trimEnd().split('\r\n');
    assert.equal(lines.length, expected.TotalCount + 1);
    assert.match(lines[0], /line,address,verdict,reason,matching_line/);
    assert.ok(lines.some((line) => /,repeat,same address as line \d+,\d+$/.test(line)), 'a repeat names its line');
    assert.ok(lines.some((line) => /,refused,a value has an HTML tag,$/.test(line)), 'HTML is refused by name');

    await page.getByRole('link', { name: 'Imports', exact: true }).click();
    await page.getByRole('button', { name: 'Undo', exact: true }).waitFor();
    await isAccessible(page, 'imports of a group');
    await picture(page, 'imports');
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await page.getByRole('dialog').getByText('Everybody who was there before stays').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Undo', exact: true }).click();
    await page.getByRole('cell', { name: /^undone/ }).waitFor();
    await page.getByRole('tab', { name: 'People', exact: true }).click();
    await page.getByRole('button', { name: 'before@shop.example' }).waitFor();
    await page.getByRole('button', { name: 'r0@shop.example' }).waitFor({ state: 'detached' });
    assert.equal(await page.getByRole('row').count(), 2);
  }));

test('an import shows itself on a telephone, in Chinese and in the dark', () =>
  withPage({ language: 'zh-CN', width: 390, height: 844, theme: 'dark', state }, async (page) => {
    await page.goto(at('groups'));
    await page.getByRole('link', { name: 'People of the file' }).first().click();
    await page.getByRole('tab', { name: '导入记录' }).click();
    await page.getByText('已撤销').waitFor();
    await isAccessible(page, 'imports on a telephone');
    await picture(page, 'imports-390-zh-dark');
  }));

const first = '<!doctype html><html lang="en"><head><title>Spring</title></head><body>\n<p>Dear {{name}},</p>\n<p>Spring is here.</p>\n' +
  '<img src="https://shop.example/spring.png" width="10" height="10">\n</body></html>\n';

// The policy of the preview keeps the picture from being loaded, and the browser says so.
test('a template from an HTML file leads to its faults, and an earlier version comes back', () =>
  withPage({ state, expected: [/Content Security Policy directive: "img-src data:"/] }, async (page) => {
    const take = (text) =>
      page.locator('input[type=file]').setInputFiles({ name: 'Spring.html', mimeType: 'text/html', buffer: Buffer.from(text) });
    const save = async () => {
      await page.getByRole('button', { name: /^Save/ }).click();
      await page.getByText('not saved').waitFor({ state: 'detached' });
    };
    await page.goto(at('templates/new'));
    await page.getByRole('button', { name: /^Save/ }).waitFor();
    await take(first);
    await page.frameLocator('iframe').getByText('Spring is here.').waitFor();
    await save();
    await page.waitForURL(/\/templates\/\d+/);

    await page.getByRole('tab', { name: /^Findings/ }).click();
    await page.getByRole('button', { name: 'HTML, line 4' }).first().click();
    await page.locator('.code-editor .cm-content').waitFor();

    await take(first.replace('Spring is here.', 'Summer is here.\n<b>Come in.</b>'));
    await page.frameLocator('iframe').getByText('Summer is here.').waitFor();
    await save();
    await page.getByRole('tab', { name: 'Versions' }).click();
    await page.getByText('version 2, in use').waitFor();
    await page.getByRole('button', { name: 'version 1', exact: true }).click();
    const difference = page.getByRole('region', { name: 'From version 1 to the saved template' });
    await difference.locator('.cm-deletedChunk').getByText('Spring').first().waitFor();
    await isAccessible(page, 'versions of a template');
    await picture(page, 'versions');
    await difference.getByRole('button', { name: 'Restore version 1' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore version 1' }).click();
    await page.getByText('restored from version 1').waitFor();
    await page.frameLocator('iframe').getByText('Spring is here.').waitFor();
    await page.reload();
    await page.getByText('version 3, in use').waitFor();
  }));
