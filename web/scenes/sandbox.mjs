// The sandbox plays a receiving server: chaos refuses and delays, events happen to mails in the inbox.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { at, isAccessible, picture, signedIn, withPage } from './browser.mjs';

const kFromMails = [/img-src data:/];
let state;

function asOwner(options, work) {
  return withPage({ expected: kFromMails, state, ...options }, work);
}

/** Sends a mail from the page of messages, with the only sender and template. */
async function send(page, to) {
  await page.goto(at('messages?send=1'));
  const dialog = page.getByRole('dialog', { name: 'Send a test' });
  await dialog.getByRole('textbox', { name: 'To', exact: true }).fill(to);
  await dialog.getByRole('button', { name: 'Send the test' }).click();
  await dialog.getByText('Test accepted').waitFor();
}

before(async () => {
  state = await signedIn();
});

test('chaos refuses every mail at RCPT, says so on every page, and ends', () =>
  asOwner({}, async (page) => {
    await page.goto(at('inbox'));
    await page.getByRole('button', { name: 'Chaos' }).click();
    const panel = page.getByRole('dialog', { name: 'Chaos' });
    await panel.getByRole('textbox', { name: 'Code' }).fill('250');
    await panel.getByText('Codes are 400 to 599.').waitFor();
    await panel.getByRole('textbox', { name: 'Code' }).fill('550');
    await isAccessible(page, 'the panel of chaos');
    await picture(page, 'chaos');
    await panel.getByRole('button', { name: 'Start chaos' }).click();
    await page.getByText('Chaos is on.').waitFor();
    for (const name of ['overview', 'tasks', 'messages']) {
      await page.goto(at(name));
      await page.getByText('The sandbox shows faults that somebody chose').waitFor();
    }
    await isAccessible(page, 'the banner of chaos');
    await picture(page, 'chaos-banner');
    await send(page, 'gone@northpost.example');
    await page.goto(at('messages'));
    await page.getByRole('row').getByRole('link', { name: 'gone@northpost.example' }).first().click();
    await page.getByText('550 5.1.1 no such user [chaos]').first().waitFor();
    await page.goto(at('inbox'));
    await page.getByText('No mail in the inbox').waitFor();
    await page.getByRole('link', { name: 'Change or end it' }).click();
    await page.getByRole('dialog', { name: 'Chaos' }).getByRole('button', { name: 'End chaos' }).click();
    await page.getByText('Chaos has ended.').waitFor();
    await page.getByText('The sandbox shows faults that somebody chose').waitFor({ state: 'detached' });
  }));

test('a bounce, a click and a complaint happen to mails in the inbox', () =>
  asOwner({}, async (page) => {
    for (const [to, event, list] of [
      ['bounced@northpost.example', 'hard_bounce', 'Hard bounces'],
      ['clicked@northpost.example', 'click', undefined],
      ['angry@northpost.example', 'complaint', 'Unsubscribed'],
    ]) {
      await send(page, to);
      await page.goto(at('inbox'));
      await page.getByRole('link', { name: new RegExp(to.replace('.', '\\.')) }).first().click();
      await page.getByLabel('Event', { exact: true }).selectOption(event);
      await page.getByRole('button', { name: 'Let it happen' }).click();
      await page.getByText('It has happened').waitFor();
      if (event === 'click') await isAccessible(page, 'a mail of the inbox with its simulator');
      if (list) {
        await page.goto(at('blocks'));
        await page.getByRole('tab', { name: list }).click();
        await page.getByText(to).first().waitFor();
      }
    }
    await picture(page, 'simulated');
    assert.equal(await page.getByText('Chaos is on').count(), 0);
  }));

test('chaos speaks Chinese on a telephone', () =>
  asOwner({ language: 'zh-CN', width: 390, height: 844, theme: 'dark' }, async (page) => {
    await page.goto(at('inbox'));
    await page.getByRole('button', { name: '混沌测试' }).click();
    await page.getByRole('dialog', { name: '混沌测试' }).getByRole('button', { name: '开始混沌测试' }).click();
    await page.getByText('沙箱正在显示所选的故障').waitFor();
    await isAccessible(page, 'chaos on a telephone');
    await picture(page, 'chaos-telephone');
  }));
