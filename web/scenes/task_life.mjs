// What the console says about a task before, while and after it runs, beside what happened.
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { before, test } from 'node:test';

import { at, choose, isAccessible, picture, settled, signedIn, withPage } from './browser.mjs';

const which = process.env.SESAME_SCENE;
const task = process.env.SESAME_TASK;
/** How many recipients the server refuses. */
const refused = process.env.SESAME_REFUSED;
/** Patience with a machine that does other things, too. */
const kEndMs = 180_000;
const kRestartMs = 60_000;
let state;

before(async () => {
  state = await signedIn();
});

const only = (name, title, options, work) => {
  if (which === name) test(title, () => withPage({ state, ...options }, work));
};

/** The number at the end of a row of a list of reasons. */
async function numberOf(page, label) {
  const row = page.getByRole('complementary').getByRole('listitem').filter({ hasText: label });
  return Number((await row.first().innerText()).replace(/[^\d]/g, ''));
}

/** Tells the promise that runs the scene what is to happen now. */
const wish = (name) => writeFileSync(`${process.env.SESAME_FLAGS}/${name}`, '');

/** Waits until the promise says that it has happened. */
async function hasHappened(name, page) {
  const flag = `${process.env.SESAME_FLAGS}/${name}`;
  const end = Date.now() + kRestartMs;
  while (!existsSync(flag)) {
    assert.ok(Date.now() < end, `the promise that runs the scene has not written ${flag} for ${kRestartMs / 1000} s`);
    await page.waitForTimeout(50);
  }
}

async function fill(page, subject) {
  await page.goto(at('tasks/new'));
  await choose(page, 'Group', 'Mixed readers');
  await choose(page, 'Template', 'letter');
  await choose(page, 'Sender', 'news@');
  await page.getByRole('textbox', { name: 'Subject' }).fill(subject);
  await page.getByRole('textbox', { name: '{{name}}' }).fill('reader');
}

only('before', 'the numbers of the dry run are those of the result, and a reason to refuse stops it', {}, async (page) => {
  await fill(page, 'x'.repeat(101));
  await page.getByText('Cannot start').first().waitFor();
  const start = page.getByRole('button', { name: /^Review and start/ });
  assert.equal(await start.getAttribute('aria-disabled'), 'true');
  await page.getByRole('textbox', { name: 'Subject' }).fill('Told before');
  await page.getByText(/^Can start/).first().waitFor();
  const told = {
    group: await numberOf(page, 'In the group'),
    malformed: await numberOf(page, 'Address malformed'),
    bounced: await numberOf(page, 'Bounced before'),
    blocked: await numberOf(page, 'On your block list'),
    unsubscribed: await numberOf(page, 'Unsubscribed from this domain'),
    mailed: await numberOf(page, 'Will receive it'),
  };
  assert.deepEqual(told, { group: 45, malformed: 5, bounced: 2, blocked: 3, unsubscribed: 4, mailed: 31 });
  await isAccessible(page, 'a dry run');
  await picture(page, 'dry-run');
  await start.click();
  await page.getByRole('dialog').getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('finished').first().waitFor({ timeout: kEndMs });
  await page.getByRole('link', { name: `Delivered: ${told.mailed}` }).waitFor();
  const states = await page.getByRole('combobox', { name: 'State' }).locator('option').allInnerTexts();
  const count = (name) => Number(/\((\d+)\)/.exec(states.find((option) => option.startsWith(name)) ?? '(0)')[1]);
  assert.equal(count('All'), told.group);
  assert.equal(count('malformed'), told.malformed);
  assert.equal(count('blocked'), told.bounced + told.blocked + told.unsubscribed);
  assert.equal(count('delivered'), told.mailed);
});

only('before', 'a task is capped from its first mail, and let go again', {}, async (page) => {
  await fill(page, 'Little by little');
  const hour = page.getByRole('textbox', { name: 'Mails an hour, at most' });
  await hour.fill('0');
  await page.getByText('A whole number from 1 to 1,000,000,000, or empty.').waitFor();
  const start = page.getByRole('button', { name: /^Review and start/ });
  assert.equal(await start.getAttribute('aria-disabled'), 'true');
  await hour.fill('60');
  await page.getByText(/^The last mail begins about /).waitFor();
  await isAccessible(page, 'a capped draft');
  await start.click();
  const confirm = page.getByRole('dialog');
  await confirm.getByText('at most 60 an hour').waitFor();
  await confirm.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('at most 60 an hour').waitFor();
  await page.getByText('sending', { exact: true }).waitFor({ timeout: kEndMs });
  await page.getByText(/^The last mail begins about /).waitFor();
  await picture(page, 'task-capped');
  await page.getByRole('button', { name: 'Change…' }).click();
  const dialog = page.getByRole('dialog');
  await isAccessible(page, 'the caps of a task');
  await dialog.getByRole('textbox', { name: 'Mails an hour, at most' }).fill('');
  await dialog.getByRole('textbox', { name: 'Spread over hours' }).fill('720');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('spread over 720 hours').waitFor();
  await page.getByText('at most 60 an hour').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Change…' }).click();
  await dialog.getByRole('textbox', { name: 'Spread over hours' }).fill('');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('finished').first().waitFor({ timeout: kEndMs });
});

only('before', 'the next runs follow the clock of the viewer', { zone: 'Europe/Berlin' }, async (page) => {
  await page.goto(at(`tasks/${task}`));
  await settled(page);
  const runs = await page.getByRole('region', { name: 'Next runs' }).or(page.locator('section').filter({ hasText: 'Next runs' })).first().getByRole('listitem').allInnerTexts();
  assert.equal(runs.length, 5);
  // Half past two in Beijing is half past seven of the day before in Berlin; from the 28th on its clocks are an hour ahead.
  const hours = runs.map((run) => /\d{2}:\d{2}/.exec(run)[0]);
  assert.deepEqual(hours, ['19:30', '19:30', '20:30', '20:30', '20:30']);
  assert.match(runs[2], /UTC\+1 to UTC\+2/);
  assert.equal(runs.filter((run) => run.includes('clock changes')).length, 1);
  for (const run of runs) assert.match(run, /02:30 Beijing/);
});

only('quota', 'a task that the daily quota holds says so, and until when', {}, async (page) => {
  await page.goto(at(`tasks/${task}`));
  await page.getByText('Daily quota of the sender domain is used up').first().waitFor();
  await page.getByText('paused').first().waitFor();
  const shown = await page.locator('#content').innerText();
  assert.match(shown, /\d{2}:\d{2}/, 'no time stands on the page');
  await page.getByRole('link', { name: 'Delivered: 10' }).waitFor();
  await page.getByRole('link', { name: 'Left: 15' }).waitFor();
  await isAccessible(page, 'a task that waits for its quota');
  await picture(page, 'quota');
  await page.goto(at('tasks'));
  await page.getByRole('row').filter({ hasText: 'More than a day takes' }).getByText('paused').waitFor();
});

// The server is gone for a moment: the page's calls fail, and the browser says so.
only('life', 'a task is paused, resumed, outlives a kill, and is sent again to whom it did not reach', { expected: [/ERR_CONNECTION|Failed to load|ERR_EMPTY|ERR_INCOMPLETE/] }, async (page) => {
  await page.goto(at(`tasks/${task}`));
  await page.getByRole('button', { name: /^Pause/ }).click();
  await page.getByRole('button', { name: /^Resume/ }).waitFor();
  await page.getByText('Task is paused').first().waitFor();
  const left = await page.getByRole('link', { name: /^Left: / }).getAttribute('aria-label');
  assert.notEqual(left, 'Left: 0', 'nothing was left to pause');
  await page.getByRole('button', { name: /^Resume/ }).click();
  await page.getByRole('button', { name: /^Pause/ }).waitFor();
  wish('more');
  await page.waitForFunction((before) => document.querySelector('[aria-label^="Left: "]')?.getAttribute('aria-label') !== before, left);
  wish('kill');
  await hasHappened('killed', page);
  await page.getByText('finished').first().waitFor({ timeout: kEndMs });
  await page.getByRole('link', { name: `Refused: ${refused}`, exact: true }).waitFor();
  await page.getByRole('region', { name: 'Not delivered, by provider' }).getByText('harbour.test').waitFor();
  await isAccessible(page, 'a finished task');
  await picture(page, 'task-finished');
  await page.getByRole('button', { name: /^Send again/ }).click();
  const dialog = page.getByRole('dialog');
  for (const box of await dialog.getByRole('checkbox').all()) await box.uncheck();
  await dialog.getByRole('checkbox', { name: /refused/ }).check();
  await dialog.getByRole('button', { name: new RegExp(`^Send to ${refused}`) }).click();
  await page.waitForURL((url) => /\/tasks\/\d+$/.test(url.pathname) && !url.pathname.endsWith(`/${task}`));
  await page.getByText('finished').first().waitFor({ timeout: kEndMs });
  await page.getByRole('link', { name: `task ${task}` }).waitFor();
  // They are on the list of addresses that do not exist by now: nobody mails them again.
  await page.getByRole('link', { name: `Not sent: ${refused}`, exact: true }).waitFor();
});
