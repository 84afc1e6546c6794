// Coming in: wrong passwords, a second factor, sessions and their end, and what a person with few rights sees. The scenes use
// three codes of the app, all that a server takes at one time: a fourth would be half a minute away.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';

import { at, eachPage, isAccessible, picture, withPage, world } from './browser.mjs';

const owner = process.env.SESAME_OWNER;
const password = process.env.SESAME_PASSWORD;
const kStepMs = 30_000;
// A refused log-in is an answer that the browser also writes down.
const kRefused = [/status of 40[13]/];

const app = { secret: Buffer.alloc(0), last: 0 };
let used = '';
let recovery = '';
/** What a browser keeps of each log-in with a code, by its language. */
const states = {};

/** The bytes that base32 letters stand for (RFC 4648). */
function fromBase32(text) {
  const bits = [...text].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

/** The next code of the app that was not given yet; the server takes those of the neighbouring half minutes, too. */
async function nextCode(page) {
  app.last = Math.max(Math.floor(Date.now() / kStepMs) - 1, app.last + 1);
  await page.waitForFunction(([step, length]) => Date.now() / length >= step - 1, [app.last, kStepMs], { timeout: 90_000 });
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(app.last));
  const hash = createHmac('sha1', app.secret).update(counter).digest();
  const number = hash.readUInt32BE(hash[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

const kWords = {
  en: { name: 'Name', password: 'Password', logIn: 'Log in', code: 'Code of your app', pages: 'Pages', you: 'Your log-in', sessions: 'Your sessions' },
  'zh-CN': { name: '用户名', password: '密码', logIn: '登录', code: '验证码', pages: '页面', you: '您的登录', sessions: '您的会话' },
};

async function fill(page, w, name, secret) {
  await page.getByLabel(w.name, { exact: true }).fill(name);
  await page.getByLabel(w.password, { exact: true }).fill(secret);
  await page.getByRole('button', { name: w.logIn, exact: true }).click();
}

test('a second factor is set up with a picture, a code and recovery codes', () =>
  withPage({ expected: kRefused }, async (page) => {
    await page.goto(at(''));
    await fill(page, kWords.en, owner, password);
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    await page.goto(at('settings?tab=you'));
    await page.getByRole('heading', { name: 'Second factor' }).waitFor();
    await isAccessible(page, 'own log-in');
    await picture(page, 'own-log-in');
    await page.getByRole('button', { name: 'Set up', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Set up the second factor' });
    await dialog.getByRole('img', { name: /Picture with the key/ }).waitFor();
    app.secret = fromBase32((await dialog.locator('code').first().innerText()).replace(/\s/g, ''));
    assert.equal(app.secret.length, 20);
    await isAccessible(page, 'set-up of the second factor');
    await picture(page, 'second-factor');
    await dialog.getByLabel('Code that the app shows').fill('000000');
    await dialog.getByRole('button', { name: 'Switch on' }).click();
    await dialog.getByText(/The code is wrong or was used/).waitFor();
    await dialog.getByLabel('Code that the app shows').fill(await nextCode(page));
    await dialog.getByRole('button', { name: 'Switch on' }).click();
    await dialog.getByText('The recovery codes are shown only now').waitFor();
    const codes = await dialog.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').allInnerTexts();
    assert.equal(new Set(codes).size, 10);
    recovery = codes[3];
    await isAccessible(page, 'recovery codes');
    await picture(page, 'recovery-codes');
    await dialog.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByText('10 recovery codes are left.').waitFor();
  }));

for (const language of ['en', 'zh-CN']) {
  test(`a log-in asks for the code, ${language}`, () =>
    withPage({ language, expected: kRefused }, async (page, context) => {
      const w = kWords[language];
      await page.goto(at(''));
      const said = [];
      for (const [name, secret] of [[owner, 'wrong one'], [owner, 'wrong two'], [owner, 'wrong three'], ['nobody', 'wrong four']]) {
        await fill(page, w, name, secret);
        await page.getByRole('button', { name: w.logIn, exact: true, disabled: false }).waitFor();
        said.push(await page.getByRole('alert').innerText());
      }
      assert.equal(new Set(said).size, 1, 'the same words for known and unknown names');
      assert.notEqual(said[0], '');
      await fill(page, w, owner, password);
      const code = page.getByLabel(w.code, { exact: true });
      await code.waitFor();
      assert.equal(await page.getByRole('alert').innerText(), '');
      await isAccessible(page, 'question for the code');
      await picture(page, `code-${language}`);
      if (used !== '') {
        await code.fill(used);
        await page.getByRole('button', { name: w.logIn, exact: true }).click();
        await page.getByRole('alert').filter({ hasText: /.+/ }).waitFor();
      }
      used = await nextCode(page);
      await code.fill(`${used.slice(0, 3)} ${used.slice(3)} `);
      await page.getByRole('button', { name: w.logIn, exact: true }).click();
      await page.getByRole('banner').waitFor();
      await page.goto(at('settings?tab=you'));
      const rows = page.getByRole('table', { name: w.sessions }).getByRole('row');
      await rows.nth(1).waitFor();
      assert.ok((await rows.count()) >= 3, 'a head, this session and the one before');
      states[language] = await context.storageState();
    }));
}

/** What the server says to a request with the cookies of a browser. */
async function statusOf(context) {
  const { cookies } = await context.storageState();
  const Cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  return (await fetch(`${world.url}console/session`, { headers: { Cookie } })).status;
}

test('all other sessions are ended by a click, and their pages ask to log in', () =>
  withPage({ expected: kRefused, state: states.en }, (page) =>
    withPage({ expected: kRefused }, async (other, context) => {
      await other.goto(at(''));
      await fill(other, kWords.en, owner, password);
      // A recovery code stands for the app; none has to be waited for.
      await other.getByLabel(kWords.en.code, { exact: true }).fill(recovery);
      await other.getByRole('button', { name: kWords.en.logIn, exact: true }).click();
      await other.getByRole('banner').waitFor();
      assert.equal(await statusOf(context), 200);
      await page.goto(at('settings?tab=you'));
      await page.getByText('9 recovery codes are left.').waitFor();
      await page.getByRole('button', { name: 'End all others' }).click();
      await page.getByText('There is no other session.').waitFor();
      assert.equal(await statusOf(context), 401, 'the cookie of an ended session');
      assert.equal(await statusOf(page.context()), 200, 'the cookie of the session that ended them');
      await other.goto(at('groups'));
      await other.getByRole('button', { name: kWords.en.logIn, exact: true }).waitFor();
    }),
  ));

test('the audit log shows what happened, and filters it', () =>
  withPage({ expected: kRefused, state: states.en }, async (page) => {
    await page.goto(at('settings?tab=audit'));
    const table = page.getByRole('table', { name: 'Audit log' });
    await table.getByRole('row').filter({ hasText: 'SetSecondFactor' }).getByText('OK', { exact: true }).waitFor();
    await table.getByRole('row').filter({ hasText: 'LoginFailed' }).first().waitFor();
    await isAccessible(page, 'audit log');
    await picture(page, 'audit');
    await page.getByRole('searchbox', { name: /^Action/ }).fill('SetUp');
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1);
    await page.getByRole('searchbox', { name: /^Action/ }).fill('Nothing');
    await page.getByText('No entry fits').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await table.getByRole('row').filter({ hasText: 'SetUp' }).waitFor();
  }));

test('an analyst sees no address and does nothing', () =>
  withPage({ expected: kRefused }, async (page) => {
    await page.goto(at(''));
    await fill(page, kWords.en, 'ana', password);
    await page.getByRole('banner').waitFor();
    const clear = [];
    await eachPage(page, async (name) => {
      if ((await page.content()).includes('zoe.private@')) clear.push(name);
    });
    assert.deepEqual(clear, []);
    await page.goto(at('inbox'));
    await page.getByText('z•••@post.test').first().waitFor();
    await picture(page, 'inbox-analyst');
    // Nothing on any page offers what the role may not do.
    const offered = [];
    await eachPage(page, async (name) => {
      for (const act of ['Empty the inbox', 'Send a test', 'New group', 'New template', 'New domain', 'New task', 'Add addresses']) {
        for (const role of ['button', 'link'])
          if ((await page.getByRole(role, { name: act, exact: true }).count()) > 0) offered.push(`${name}: ${act}`);
      }
      if (name !== 'explorer' && (await page.locator('.call-mark').count()) > 0) offered.push(`${name}: a call`);
    });
    assert.deepEqual(offered, []);
    await page.goto(at('settings?tab=audit'));
    await page.getByRole('tab', { name: 'Your log-in', exact: true }).waitFor();
    assert.equal(await page.getByRole('tab', { name: 'Audit log', exact: true }).count(), 0);
    const code = await page.evaluate(async (url) => {
      const { csrf } = await (await fetch(`${url}console/session`)).json();
      const headers = { 'Content-Type': 'application/json', 'X-Sesame-Csrf': csrf, 'X-TC-Action': 'DeleteReceiver', 'X-TC-Version': '2020-10-02', 'X-TC-Region': 'ap-guangzhou' };
      const answer = await fetch(`${url}console/call`, { method: 'POST', headers, body: '{"ReceiverId":1}' });
      return (await answer.json()).Response.Error.Code;
    }, world.url);
    assert.equal(code, 'AuthFailure.UnauthorizedOperation');
  }));
