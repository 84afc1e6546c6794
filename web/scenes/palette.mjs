// The palette and the keys: everything pasted has a page, everything on a page has a way.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';

import { at, isAccessible, picture, settled, signedIn, withPage } from './browser.mjs';

const facts = JSON.parse(readFileSync(process.env.SESAME_FACTS, 'utf8'));
let state;

before(async () => {
  state = await signedIn();
});

const open = (options, work) => withPage({ state, ...options }, work);

async function paste(page, text) {
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Search or jump to' });
  await field.waitFor();
  await field.fill(text);
  return page.getByRole('listbox').getByRole('option');
}

async function leads(page, text, option, path) {
  const options = await paste(page, text);
  await options.filter({ hasText: option }).first().waitFor();
  await options.filter({ hasText: option }).first().click();
  await page.waitForURL((url) => `${url.pathname}${url.search}` === `/console/${path}`);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
}

test('whatever is pasted leads to the page that explains it', () =>
  open({}, async (page) => {
    await page.goto(at('overview'));
    await settled(page);
    const to = encodeURIComponent(facts.address);
    await leads(page, ` "MessageId": "${facts.message}",`, 'The mail', `messages/${facts.message}`);
    await page.getByText(facts.address).first().waitFor();
    await leads(page, `Ann <${facts.address}>`, 'Mails to', `messages?to=${to}`);
    await page.getByRole('row').getByRole('link', { name: facts.address }).waitFor();
    await leads(page, facts.address, 'Can I mail', `blocks?address=${to}`);
    await leads(page, facts.domain, 'Sender domain', `domains/${facts.domain}`);
    await leads(page, String(facts.task), `Send task ${facts.task}`, `tasks/${facts.task}`);
    await page.getByRole('heading', { level: 1, name: 'By a task' }).waitFor();
    await leads(page, String(facts.template), `Template ${facts.template}`, `templates/${facts.template}`);
    await leads(page, 'FailedOperation.InvalidLimit', 'Error FailedOperation.InvalidLimit', 'explorer/errors/FailedOperation.InvalidLimit');
    await page.locator('.error-page').getByRole('link', { name: 'ListMails' }).waitFor();
    await leads(page, '3', 'DeliverStatus 3', 'messages?state=refused');
    await leads(page, 'ReceiverId', 'DeleteReceiver', 'explorer/DeleteReceiver');
    await leads(page, 'template', 'Templates', 'templates');
    // The page of a call is the call's; here it is enough that the palette leads to its address.
    const options = await paste(page, facts.request);
    assert.match(await options.first().innerText(), new RegExp(`The call ${facts.request.slice(0, 8)}`));
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal(await (await paste(page, 'no such thing at all')).count(), 0);
    await page.getByText('Nothing is called').waitFor();
    await isAccessible(page, 'the palette, without a result');
  }));

test('the palette does what the page can do, by the keyboard alone', () =>
  open({}, async (page) => {
    await page.goto(at('groups'));
    await settled(page);
    await paste(page, 'new group');
    await page.getByRole('option', { name: /New group/ }).waitFor();
    await isAccessible(page, 'the palette');
    await picture(page, 'palette');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name', exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await paste(page, 'send');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    const chosen = await page.getByRole('listbox').getByRole('option', { selected: true }).innerText();
    assert.match(chosen, /Send tasks/);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/tasks');
  }));

test('keys walk a list and its items, and come back to the same row', () =>
  open({}, async (page) => {
    await page.goto(at('messages'));
    await page.getByRole('row').nth(3).waitFor();
    await page.getByRole('heading', { level: 1 }).click();
    for (const key of ['j', 'j', 'Enter']) await page.keyboard.press(key);
    await page.waitForURL('**/messages/**');
    const second = page.url();
    await page.keyboard.press(']');
    await page.waitForURL((url) => url.href !== second);
    await page.keyboard.press('[');
    await page.waitForURL(second);
    await settled(page);
    await page.keyboard.press('u');
    await page.waitForURL('**/messages');
    await page.waitForFunction(
      (href) => document.activeElement?.querySelector('a.row-name')?.href === href,
      second,
    );
    const read = page.waitForRequest((request) => request.headers()['x-tc-action'] === 'ListMails');
    await page.keyboard.press('r');
    await read;
    await page.keyboard.press('/');
    assert.equal(await page.evaluate(() => document.activeElement?.hasAttribute('data-page-search')), true);
  }));

test('the list of keys is whole, and single letters can be switched off', () =>
  open({}, async (page) => {
    await page.goto(at('overview'));
    await settled(page);
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keys' });
    await dialog.getByText('search, or jump to anything pasted').waitFor();
    assert.equal(await dialog.getByRole('region', { name: 'Go to a page' }).locator('dt').count(), 12);
    await isAccessible(page, 'the list of keys');
    await picture(page, 'keys');
    await dialog.getByRole('checkbox', { name: 'Keys that are a single letter' }).uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.keyboard.press('?');
    assert.equal(await page.getByRole('dialog').count(), 0);
    assert.match(page.url(), /overview$/);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search or jump to' }).waitFor();
  }));

test('{ } shows the call of a button in ten languages and makes none', () =>
  open({}, async (page) => {
    const made = [];
    page.on('request', (request) => {
      const action = request.headers()['x-tc-action'];
      if (action) made.push(action);
    });
    await page.goto(at(`messages/${facts.message}`));
    await page.getByRole('button', { name: 'Show the call of CreateCustomBlacklist' }).click();
    const drawer = page.getByRole('dialog', { name: 'CreateCustomBlacklist' });
    await drawer.getByText('Nothing has been called').waitFor();
    await drawer.getByText(facts.address).first().waitFor();
    const languages = drawer.getByRole('group', { name: 'Language' }).getByRole('button');
    assert.ok((await languages.count()) >= 10, `${await languages.count()} languages`);
    await isAccessible(page, 'the call of a button');
    await picture(page, 'call-of-a-button');
    await drawer.getByRole('button', { name: 'Open in the Explorer' }).click();
    await page.waitForURL('**/explorer/CreateCustomBlacklist');
    await page.getByText(facts.address).first().waitFor();
    assert.ok(!made.includes('CreateCustomBlacklist'));
  }));
