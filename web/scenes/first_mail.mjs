// From the address that the program prints to the first mail; and who is not let in.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { at, isAccessible, picture, withPage } from './browser.mjs';

const token = process.env.SESAME_SETUP_TOKEN;
const owner = process.env.SESAME_OWNER;
const password = process.env.SESAME_PASSWORD;
const kWholeMs = 60_000;
const kRefused = [/Failed to load resource: the server responded with a status of (401|403|429)/];

const kWords = {
  en: {
    create: 'Create the owner',
    name: 'Name',
    password: 'Password',
    again: 'Password again',
    logIn: 'Log in',
    arrived: 'It arrived',
  },
  'zh-CN': {
    create: '创建所有者',
    name: '用户名',
    password: '密码',
    again: '再次输入密码',
    logIn: '登录',
    arrived: '邮件已到达',
  },
};

async function logIn(page, words, name, secret) {
  await page.getByLabel(words.name, { exact: true }).fill(name);
  await page.getByLabel(words.password, { exact: true }).fill(secret);
  await page.getByRole('button', { name: words.logIn, exact: true }).click();
}

test('an address without a token says how to get one', () =>
  withPage({ expected: kRefused }, async (page) => {
    await page.goto(at(''));
    await page.getByRole('heading', { name: 'There is no owner yet' }).waitFor();
    await page.getByText('sesame console link').waitFor();
    await isAccessible(page, 'no owner yet');
  }));

test('a wrong token makes no owner', () =>
  withPage({ expected: kRefused }, async (page) => {
    const words = kWords.en;
    await page.goto(at(`#setup=${'0'.repeat(token.length)}`));
    await page.getByLabel(words.name, { exact: true }).fill('mallory');
    await page.getByLabel(words.password, { exact: true }).fill(password);
    await page.getByLabel(words.again).fill(password);
    await page.getByRole('button', { name: words.create }).click();
    await page.getByRole('alert').filter({ hasText: /\S/ }).waitFor();
    assert.equal(await page.getByRole('heading', { name: words.create }).isVisible(), true);
  }));

test('the first mail is in the inbox in less than a minute', () =>
  withPage({ expected: kRefused }, async (page) => {
    const words = kWords.en;
    const begin = Date.now();
    await page.goto(at(`#setup=${token}`));
    await page.getByRole('heading', { name: words.create }).waitFor();
    assert.equal(new URL(page.url()).hash, '', 'the token stays in the address');
    await isAccessible(page, 'create the owner');
    await picture(page, 'setup');

    await page.getByLabel(words.name, { exact: true }).fill(owner);
    await page.getByLabel(words.password, { exact: true }).fill('too short');
    await page.getByLabel(words.again).fill('too short');
    await page.getByRole('button', { name: words.create }).click();
    await page.getByText('at least 12 are needed').waitFor();
    await page.getByLabel(words.password, { exact: true }).fill(password);
    await page.getByLabel(words.again).fill(password);
    await page.getByRole('button', { name: words.create }).click();
    await page.getByRole('heading', { name: 'How do you want to start?' }).waitFor();
    await isAccessible(page, 'how to start');
    await picture(page, 'start');
    await page.getByRole('button', { name: 'Try it here' }).click();

    await page.getByRole('heading', { name: 'Send your first mail' }).waitFor();
    await isAccessible(page, 'send your first mail');
    await page.getByRole('button', { name: 'Send', exact: true }).click();

    await page.getByRole('heading', { name: words.arrived }).waitFor();
    await page.frameLocator('iframe').getByRole('heading', { name: `Welcome, ${owner}` }).waitFor();
    assert.ok(Date.now() - begin < kWholeMs, `it took ${Date.now() - begin} ms`);
    await isAccessible(page, 'it arrived');
    await picture(page, 'arrived');

    await page.getByRole('tab', { name: 'Answer' }).click();
    await page.getByText('"RequestId"').waitFor();
    await page.reload();
    await page.getByRole('heading', { name: words.arrived }).waitFor();
    await picture(page, 'arrived-again');
  }));

test('the content of a mail is in a cage', () =>
  withPage({ expected: kRefused }, async (page) => {
    await page.goto(at(''));
    await logIn(page, kWords.en, owner, password);
    await page.getByRole('button', { name: new RegExp(`^User ${owner}`) }).waitFor();
    await page.goto(at('start'));
    const frame = page.locator('iframe');
    await frame.waitFor();
    assert.equal(await frame.getAttribute('sandbox'), '', 'the frame may run something');
    const url = await frame.getAttribute('src');
    const headers = (await page.request.get(new URL(url, page.url()).href)).headers();
    assert.match(headers['content-security-policy'], /sandbox/);
    assert.match(headers['content-security-policy'], /default-src 'none'/);
  }));

test('the calls behind the clicks are listed, also after a reload', () =>
  withPage({ expected: kRefused }, async (page) => {
    await page.goto(at(''));
    await logIn(page, kWords.en, owner, password);
    await page.getByRole('banner').waitFor();
    await page.goto(at('start'));
    await page.getByRole('heading', { name: kWords.en.arrived }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: kWords.en.arrived }).waitFor();
    await page.keyboard.press('`');
    const log = page.getByRole('dialog', { name: 'API calls of this console' });
    await log.getByRole('button', { name: 'ListEmailTemplates' }).first().waitFor();
    assert.ok((await log.getByRole('button', { name: 'ListInboxMails' }).count()) >= 2, 'the calls before the reload are gone');
    await isAccessible(page, 'the calls behind the clicks');
    await picture(page, 'calls');
    await log.getByRole('button', { name: 'ListInboxMails' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'ListInboxMails' }).waitFor();
    assert.equal(await page.getByLabel(/^Offset/).inputValue(), '0');
  }));

test('a used set-up address is refused', () =>
  withPage({ expected: kRefused }, async (page) => {
    const words = kWords.en;
    await page.goto(at(`#setup=${token}`));
    await page.getByLabel(words.name, { exact: true }).fill('second');
    await page.getByLabel(words.password, { exact: true }).fill(password);
    await page.getByLabel(words.again).fill(password);
    await page.getByRole('button', { name: words.create }).click();
    await page.getByRole('alert').filter({ hasText: /\S/ }).waitFor();
    assert.equal(await page.getByRole('button', { name: /^User / }).count(), 0);
  }));

for (const language of ['en', 'zh-CN']) {
  test(`a wrong password and an unknown user are refused in the same words, ${language}`, () =>
    withPage({ language, expected: kRefused }, async (page) => {
      const words = kWords[language];
      await page.goto(at(''));
      await page.getByRole('heading', { name: words.logIn }).waitFor();
      await isAccessible(page, `log in, ${language}`);
      await picture(page, `login-${language}`);
      const said = [];
      for (const name of [owner, 'nobody']) {
        await logIn(page, words, name, 'this is not the password');
        const alert = page.getByRole('alert').filter({ hasText: /\S/ });
        await alert.waitFor();
        said.push(await alert.innerText());
      }
      assert.equal(said[0], said[1]);
      await logIn(page, words, owner, password);
      await page.getByRole('banner').waitFor();
      await page.goto(at('start'));
      await page.getByRole('heading', { name: words.arrived }).waitFor();
      await isAccessible(page, `it arrived, ${language}`);
      await picture(page, `arrived-${language}`);
    }));
}

// A frame that was still loading when the session ended gets no content.
const kFrameWithoutSession = /Framing .* violates .* "frame-ancestors 'none'"/;

test('logging out ends the session', () =>
  withPage({ expected: [...kRefused, kFrameWithoutSession] }, async (page) => {
    await page.goto(at(''));
    await logIn(page, kWords.en, owner, password);
    await page.getByRole('button', { name: new RegExp(`^User ${owner}`) }).click();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
  }));

test('changing the password ends the other sessions', () =>
  withPage({ expected: kRefused }, async (page) => {
    await withPage({ expected: kRefused }, async (other) => {
      for (const each of [page, other]) {
        await each.goto(at(''));
        await logIn(each, kWords.en, owner, password);
        await each.getByRole('banner').waitFor();
      }
      const changed = `${password}, changed`;
      await page.getByRole('button', { name: new RegExp(`^User ${owner}`) }).click();
      await page.getByRole('button', { name: 'Change the password' }).click();
      const dialog = page.getByRole('dialog', { name: 'Change the password' });
      await dialog.getByLabel('New password', { exact: true }).fill(changed);
      await dialog.getByLabel('New password again').fill(changed);
      await isAccessible(page, 'change the password');
      await dialog.getByRole('button', { name: 'Change the password' }).click();
      await page.getByText('The password is changed.').waitFor();
      await other.goto(at('start'));
      await other.getByRole('heading', { name: 'Log in' }).waitFor();
      await logIn(other, kWords.en, owner, changed);
      await other.getByRole('banner').waitFor();
    });
  }));
