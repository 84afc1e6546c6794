// What the Explorer does with an answer, and with whose key it asks.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, test } from 'node:test';

import { at, isAccessible, picture, signedIn, withPage } from './browser.mjs';

let state;

before(async () => {
  state = await signedIn();
});

const open = (work) => withPage({ state }, work);

async function openAction(page, name) {
  await page.goto(at(`explorer/${name}`));
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

async function send(page) {
  const answered = page.waitForResponse((response) => response.url().endsWith('/console/explorer/call'));
  await page.getByRole('button', { name: /^Send/ }).click();
  const answer = await (await answered).json();
  assert.ok(answer.response, JSON.stringify(answer).slice(0, 500));
  const { Response } = JSON.parse(answer.response.body);
  await page.getByText(Response.RequestId).first().waitFor();
  return { ...answer, code: Response.Error?.Code };
}

async function createGroup(page, name) {
  await openAction(page, 'CreateReceiver');
  await page.getByRole('button', { name: 'JSON', exact: true }).click();
  await page.getByLabel('Parameters as JSON').fill(JSON.stringify({ ReceiversName: name, Desc: 'made by a scene' }));
  await send(page);
}

test('an answer is a tree whose values go into other actions', () =>
  open(async (page) => {
    await createGroup(page, 'First');
    await openAction(page, 'ListReceivers');
    await page.getByRole('button', { name: 'JSON', exact: true }).click();
    await page.getByLabel('Parameters as JSON').fill('{"Offset":0,"Limit":10}');
    await send(page);
    await page.getByRole('tab', { name: 'Answer' }).click();
    await page.getByRole('button', { name: 'Tree', exact: true }).click();
    const row = page.getByRole('button', { name: /^▸?\s*0\b.*members/ }).first();
    await row.click();
    await isAccessible(page, 'an answer as a tree');
    await picture(page, 'explorer-tree');
    const use = page.getByRole('button', { name: 'Use Data.0.ReceiverId in another action' });
    await use.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'ReceiverId → DeleteReceiver' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'DeleteReceiver' }).waitFor();
    assert.match(await page.getByLabel(/^ReceiverId/).inputValue(), /^\d+$/);
  }));

test('two answers are compared line by line', () =>
  open(async (page) => {
    await openAction(page, 'ListReceivers');
    await page.getByRole('button', { name: 'JSON', exact: true }).click();
    const parameters = page.getByLabel('Parameters as JSON');
    await parameters.fill('{"Offset":0,"Limit":10}');
    await send(page);
    assert.equal(await page.getByRole('button', { name: 'Changes', exact: true }).count(), 0);
    await parameters.fill('{"Offset":0,"Limit":10,"KeyWord":"no such group"}');
    await send(page);
    await page.getByRole('tab', { name: 'Answer' }).click();
    await page.getByRole('button', { name: 'Changes', exact: true }).click();
    const changes = page.getByRole('region', { name: 'Changes' });
    await changes.getByText('"ReceiversName": "First"').waitFor();
    await page.getByText(/Against the answer before: .* gone, .* new/).waitFor();
    await isAccessible(page, 'two answers compared');
    await picture(page, 'explorer-changes');
  }));

test('a key of the account signs by its name, and its secret stays at the server', () =>
  open(async (page) => {
    await openAction(page, 'GetLimits');
    const key = page.getByLabel('Key', { exact: true });
    const id = process.env.TENCENTCLOUD_SECRET_ID;
    await key.locator(`option[value="${id}"]`).waitFor({ state: 'attached' });
    await key.selectOption(id);
    const { code, request } = await send(page);
    assert.equal(code, undefined);
    assert.match(request.head, new RegExp(`Credential=${id}/`));
    const held = await page.evaluate(() => document.documentElement.outerHTML + JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    assert.ok(!held.includes(process.env.TENCENTCLOUD_SECRET_KEY), 'the secret came into the page');
  }));

test('a body can be left out of the signature', () =>
  open(async (page) => {
    await openAction(page, 'GetLimits');
    await page.getByLabel('Signature', { exact: true }).selectOption('TC3-HMAC-SHA256 POST UNSIGNED-PAYLOAD');
    const { code, request, steps } = await send(page);
    assert.equal(code, undefined);
    assert.match(request.head, /\r\nX-TC-Content-SHA256: UNSIGNED-PAYLOAD(\r\n|$)/);
    assert.equal(steps.find((step) => step.name === 'body_hash').text, createHash('sha256').update('UNSIGNED-PAYLOAD').digest('hex'));
  }));

test('an error code has a page', () =>
  open(async (page) => {
    await page.goto(at('explorer/errors/FailedOperation.InvalidLimit'));
    await page.getByRole('heading', { level: 1, name: 'FailedOperation.InvalidLimit' }).waitFor();
    await isAccessible(page, 'an error code');
    await picture(page, 'explorer-error-code');
    await page.goto(at('explorer/errors/No.Such'));
    await page.getByText('The API has no such error code').waitFor();
  }));
