// From an error to its cause: the page of a refused call, the Explorer filled in from it, the signature doctor, the drawer
// that groups refusals, and a RequestId pasted into a search field.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { at, isAccessible, picture, signedIn, withPage } from './browser.mjs';

const refused = process.env.SESAME_CALL;
const unsigned = process.env.SESAME_SIGNATURE;
let state;

before(async () => {
  state = await signedIn();
});

test('a refused call says what came, why it was refused and what to do, and opens the Explorer filled in', () =>
  withPage({ state }, async (page) => {
    await page.goto(at(`calls/${refused}`));
    await page.getByRole('heading', { level: 1, name: 'SendEmail' }).waitFor();
    await page.getByText('FailedOperation.InvalidTemplateID').first().waitFor();
    await page.getByText('The template `4711` does not exist').waitFor();
    await page.getByText('操作失败').waitFor();
    const request = page.getByLabel('The request', { exact: true });
    assert.match(await request.innerText(), /^POST \/ HTTP\/1\.1\n[^]*Signature=\*\*\*/);
    assert.match(await page.getByLabel('Parameters', { exact: true }).innerText(), /"Destination":"\*\*\*"/);
    await isAccessible(page, 'page of a refused call');
    await picture(page, 'call');
    await page.getByRole('button', { name: 'Open in the Explorer, filled in' }).click();
    await page.waitForURL(/\/explorer\/SendEmail/);
    await page.getByRole('heading', { level: 1, name: 'SendEmail' }).waitFor();
    await page.waitForFunction(() => [...document.querySelectorAll('input, textarea')].some((field) => field.value === '4711'));
    assert.equal(await page.getByText('***').count(), 0, 'what was cut is left empty');
  }));

test('the signature doctor answers from the call that was kept', () =>
  withPage({ state }, async (page) => {
    await page.goto(at(`calls/${unsigned}`));
    await page.getByRole('link', { name: 'Ask the signature doctor' }).click();
    await page.getByText('There are blanks or a line end around the SecretKey that signed.').first().waitFor();
    await isAccessible(page, 'doctor with a call');
    await picture(page, 'call-doctor');
  }));

test('the drawer groups what was refused and says who called', () =>
  withPage({ state }, async (page) => {
    await page.goto(at('calls?failed=1'));
    await page.getByRole('heading', { level: 1, name: 'API calls' }).waitFor();
    await page.getByRole('table', { name: 'Refused, by kind' }).getByText('AuthFailure.SecretIdNotFound').waitFor();
    await isAccessible(page, 'list of calls');
    await picture(page, 'calls');
    await page.getByRole('button', { name: 'API calls of this console' }).click();
    const drawer = page.getByRole('dialog', { name: 'API calls of this console' });
    const groups = drawer.getByRole('table', { name: 'Refused, by kind' });
    await groups.getByText(/SDK_NODEJS/).first().waitFor();
    await isAccessible(page, 'drawer of calls');
    await picture(page, 'calls-drawer');
    await groups.getByRole('link', { name: 'FailedOperation.InvalidTemplateID' }).click();
    await page.waitForURL(new RegExp(`/calls/${refused}`));
  }));

test('a pasted RequestId leads to its call', () =>
  withPage({ state }, async (page) => {
    await page.goto(at('messages'));
    await page.getByRole('searchbox', { name: 'MessageId' }).fill(` ${refused.toUpperCase()} `);
    await page.getByRole('link', { name: 'Open this API call' }).click();
    await page.getByRole('heading', { level: 1, name: 'SendEmail' }).waitFor();
    await page.goto(at('calls/5b1f8e0a-3c5d-4a51-9d55-6f0c8b1f2a3e'));
    await page.getByRole('heading', { level: 1, name: 'No such call is kept' }).waitFor();
    await isAccessible(page, 'a call that is not kept');
  }));

for (const theme of ['light', 'dark']) {
  test(`a call on a telephone in Chinese, ${theme}`, () =>
    withPage({ state, language: 'zh-CN', width: 390, height: 844, theme }, async (page) => {
      await page.goto(at(`calls/${refused}`));
      await page.getByRole('heading', { name: '拒绝原因' }).waitFor();
      const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      assert.equal(wider, false, 'nothing scrolls sideways');
      await isAccessible(page, `call, 390, ${theme}`);
      await picture(page, `call-390-${theme}`);
    }));
}
