// Receiving servers in mode direct: what they take, what holds one of them, and the end of that hold.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { before, test } from 'node:test';

import { at, isAccessible, picture, signedIn, withPage } from './browser.mjs';

const rules = process.env.SESAME_RULES;
const message = process.env.SESAME_MESSAGE;
/** A path that was held is tried slowly at first. */
const kProbeMs = 60_000;
let state;

before(async () => {
  state = await signedIn();
});

const scene = (title, options, work) => test(title, () => withPage({ state, ...options }, work));
const siteRow = (page, name) => page.getByRole('region', { name: 'Sites' }).getByRole('row').filter({ hasText: name });

scene('each site says what it takes, and the held one by which rule and reply', {}, async (page) => {
  await page.goto(at('delivery'));
  await page.getByRole('tab', { name: 'Sites' }).click();
  await siteRow(page, 'mx1.strict.test').getByText('held', { exact: true }).waitFor();
  await siteRow(page, 'mx.plain.test').getByText('takes mail').waitFor();
  await siteRow(page, 'mx.plain.test').getByText('1 delivered, 0 delayed, 0 refused').waitFor();
  const holds = page.getByRole('region', { name: 'Holds' });
  await holds.getByText('550 5.7.1 the gate is shut').waitFor();
  await holds.getByText('rule strict-gate').waitFor();
  await isAccessible(page, 'sites and holds');
  await picture(page, 'sites');
  await page.getByRole('combobox', { name: 'State' }).selectOption('up');
  await siteRow(page, 'mx1.strict.test').waitFor({ state: 'detached' });
  await siteRow(page, 'mx.plain.test').waitFor();
});

scene('the way of a domain has its servers, limits and replies', { theme: 'dark' }, async (page) => {
  await page.goto(at('delivery/queues/strict-one.test'));
  await page.getByRole('heading', { name: 'The way there' }).waitFor();
  await page.getByText('10 mx1.strict.test').waitFor();
  await page.getByText('45.10.7.1').waitFor();
  await page.getByText('a hold', { exact: true }).waitFor();
  await page.getByText(/^connections/).first().waitFor();
  await isAccessible(page, 'the way of a domain');
  await picture(page, 'way-dark');
});

scene('the page of a held mail names the hold, in Chinese on a telephone', { language: 'zh-CN', width: 390, height: 844 }, async (page) => {
  await page.goto(at(`messages/${encodeURIComponent(message)}`));
  await page.locator('.timeline').getByText(/^挂起至/).waitFor();
  await page.locator('.timeline').getByText('规则 strict-gate').waitFor();
  await isAccessible(page, 'a held mail');
  await picture(page, 'held-mail-telephone');
  await page.goto(at('delivery?tab=sites'));
  await page.getByText('mx1.strict.test').waitFor();
  await isAccessible(page, 'sites on a telephone');
  await picture(page, 'sites-telephone');
  const by = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(by, 0, 'the page scrolls sideways');
});

scene('rules with a fault are named and stay out, and good ones come into force', {}, async (page) => {
  const good = readFileSync(rules, 'utf8');
  writeFileSync(rules, '[provider.strict]\nmails = "many"\n');
  await page.goto(at('delivery?tab=sites'));
  await page.getByRole('button', { name: 'Reload the rules' }).click();
  await page.getByText('The rules have faults and stay as they were').waitFor();
  await page.getByText(/rules\.toml.*mails/).waitFor();
  await isAccessible(page, 'the faults of rules');
  await picture(page, 'rules-with-faults');
  writeFileSync(rules, good);
  await page.getByRole('button', { name: 'Reload the rules' }).click();
  await page.getByText('The new rules are in force').waitFor();
  await page.getByText('The rules have faults and stay as they were').waitFor({ state: 'detached' });
});

scene('a hold is ended after a question, and its mail arrives', {}, async (page) => {
  writeFileSync(`${process.env.SESAME_FLAGS}/open`, '');
  await page.goto(at('delivery?tab=sites'));
  await page.getByRole('button', { name: /^End now: strict, site [0-9a-f]{8}$/ }).click();
  const dialog = page.getByRole('dialog', { name: /^End the hold of strict, site / });
  await isAccessible(page, 'the question before the end of a hold');
  await picture(page, 'end-hold');
  await dialog.getByRole('button', { name: 'End now', exact: true }).click();
  await page.getByText('Nothing is held.').waitFor();
  await page.goto(at('delivery/queues/strict-one.test'));
  // The mail that was refused keeps its time.
  await page.getByRole('button', { name: 'Retry now' }).click();
  await page.getByText('No mail waits for strict-one.test.').waitFor({ timeout: kProbeMs });
  await picture(page, 'hold-ended');
});
