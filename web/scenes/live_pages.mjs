// A bad network: offline, a server that stops and comes back, two tabs with one stream, drafts, and a session that ends.
// The promise that runs this file stops and starts the server when it is asked for.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { at, isAccessible, picture, withPage, world } from './browser.mjs';

const owner = process.env.SESAME_OWNER;
const password = process.env.SESAME_PASSWORD;
const control = process.env.SESAME_CONTROL;
// What a browser says about a network that is away, and about a session that has ended.
const expected = [/net::ERR_/, /401/, /MIME type/];
const kSizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
const kPatienceMs = 40_000;

let state;

const act = async (path) => assert.equal((await fetch(`${control}${path}`, { method: 'POST' })).status, 204, path);

async function logIn(page) {
  await page.goto(at(''));
  await page.getByLabel('Name', { exact: true }).fill(owner);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await isConnected(page);
}

const textbox = (page, name) => page.getByRole('textbox', { name, exact: true });
const mark = (page, word) => page.locator('.live-mark', { hasText: word });
const isConnected = (page) => mark(page, 'connected').first().waitFor({ state: 'attached', timeout: kPatienceMs });

/** The event streams that the server has open. */
async function streams() {
  const text = await (await fetch(`${world.url}metrics`)).text();
  return Number(/^sesame_console_streams (\S+)$/m.exec(text)?.[1] ?? 0);
}

async function untilStreams(page, count) {
  const deadline = Date.now() + kPatienceMs;
  // Each look waits for the next frame of the page; nothing here counts on a length of time.
  while ((await streams()) !== count) {
    assert.ok(Date.now() < deadline, `${await streams()} streams, not ${count}`);
    await page.evaluate(() => new Promise((done) => setTimeout(done, 50)));
  }
}

const mails = (page) => page.getByRole('list', { name: 'Sandbox inbox' }).getByRole('listitem');
const newMails = (page, count) => page.getByRole('button', { name: `${count} new – show` });

test('two tabs have one stream, and the one that stays takes it over', () =>
  withPage({ expected }, async (page, context) => {
    await logIn(page);
    state = await context.storageState();
    const other = await context.newPage();
    await other.goto(at('inbox'));
    await isConnected(other);
    await untilStreams(other, 1);
    await act('/mail');
    await mails(other).first().waitFor();
    await page.close();
    await act('/mail');
    await newMails(other, 1).click();
    await untilStreams(other, 1);
    await mails(other).nth(1).waitFor();
    await picture(other, 'live-inbox');
  }));

for (const size of kSizes) {
  test(`offline, the page says so and shows afterwards what came meanwhile, at ${size.width}`, () =>
    withPage({ expected, state, ...size }, async (page, context) => {
      await page.goto(at('inbox'));
      await isConnected(page);
      await mails(page).first().waitFor();
      const before = await mails(page).count();
      await context.setOffline(true);
      await page.getByText('The browser is offline').waitFor();
      await mark(page, 'offline').waitFor({ state: 'attached' });
      await page.getByText(/What you see is as of \d/).waitFor();
      await isAccessible(page, 'offline');
      await picture(page, `offline-${size.width}`);
      await act('/mail');
      await context.setOffline(false);
      await page.getByText('The browser is offline').waitFor({ state: 'detached' });
      await newMails(page, 1).or(mails(page).nth(before)).first().waitFor({ timeout: kPatienceMs });
      await isConnected(page);
    }));

  test(`the server restarts, the page comes back by itself and keeps a template's text, at ${size.width}`, () =>
    withPage({ expected, state, ...size }, async (page) => {
      await page.goto(at('templates/new?part=text'));
      await textbox(page, 'Name').fill('Half a letter');
      await textbox(page, 'Text part, for readers without HTML').fill('Dear {{name}}, I was just');
      await isConnected(page);
      await act('/stop');
      await mark(page, 'reconnecting…').waitFor({ state: 'attached', timeout: kPatienceMs });
      await page.getByText('The server does not answer').waitFor({ timeout: kPatienceMs });
      await isAccessible(page, 'without a server');
      await picture(page, `lost-${size.width}`);
      await act('/start');
      await isConnected(page);
      await page.getByText('The server does not answer').waitFor({ state: 'detached' });
      await page.reload();
      assert.equal(await textbox(page, 'Name').inputValue(), 'Half a letter');
      assert.equal(await textbox(page, 'Text part, for readers without HTML').inputValue(), 'Dear {{name}}, I was just');
    }));
}

test('a task that was not started is still there after a reload', () =>
  withPage({ expected, state }, async (page) => {
    await page.goto(at('tasks/new'));
    await textbox(page, 'Subject').fill('To be continued');
    await page.reload();
    await page.waitForFunction(() => [...document.querySelectorAll('input')].some((field) => field.value === 'To be continued'));
  }));

test('a new password elsewhere leads to the log-in, and the stream is closed', () =>
  withPage({ expected, state }, async (page) => {
    await page.goto(at('overview'));
    await isConnected(page);
    await untilStreams(page, 1);
    await act('/password');
    await page.getByRole('button', { name: 'Log in', exact: true }).waitFor();
    await untilStreams(page, 0);
  }));
