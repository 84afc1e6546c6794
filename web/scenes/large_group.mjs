// A group of a million people: what a click takes.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { at, isAccessible, settled, signedIn, withPage } from './browser.mjs';

const kMostMs = 300;
const kPeople = 1_000_000;
const kPage = 50;
const group = process.env.SESAME_GROUP;
let state;

before(async () => {
  state = await signedIn();
});

/** The time from `act` until `seen` is in the page, in the page's own clock. */
async function took(page, seen, act) {
  const timing = page.evaluate(
    (text) =>
      new Promise((done) => {
        const begin = performance.now();
        const look = () =>
          document.querySelector('#content')?.innerText.includes(text) || document.querySelector('dialog')?.innerText.includes(text)
            ? done(performance.now() - begin)
            : requestAnimationFrame(look);
        requestAnimationFrame(look);
      }),
    seen,
  );
  await act();
  return timing;
}

const middle = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];

/** A draft for the group, up to its dry run. */
async function draft(page) {
  await page.goto(at(`tasks/new?group=${group}`));
  for (const [label, text] of [['Group', 'A million readers'], ['Template', 'letter'], ['Sender', 'news@']]) {
    const field = page.getByRole('combobox', { name: label, exact: true });
    const option = field.locator('option', { hasText: text }).first();
    await option.waitFor({ state: 'attached' });
    await field.selectOption(await option.getAttribute('value'));
  }
  await page.getByRole('textbox', { name: 'Subject' }).fill('To all');
}

test('the dry run of a million shows how far it is, and is stopped', (context) =>
  withPage({ state }, async (page) => {
    await draft(page);
    await page.getByRole('progressbar', { name: 'the dry run' }).waitFor();
    await page.getByRole('button', { name: 'Stop the dry run' }).click();
    const again = page.getByRole('button', { name: 'Judge everybody again' });
    const whole = page.getByText('1,000,000 people will receive it.');
    // A fast machine may have judged everybody before the click arrives.
    await again.or(whole).first().waitFor();
    if (await again.isVisible()) {
      context.diagnostic('it was stopped');
      await page.getByText('Nothing is in the way so far').first().waitFor();
      await page.getByText('Not all of the group is judged.').waitFor();
      await isAccessible(page, 'a stopped dry run');
      await again.click();
    }
    await whole.waitFor({ timeout: 120_000 });
  }));

test('pages, searches and rows of a million people come within 300 ms', (context) =>
  withPage({ state }, async (page) => {
    await page.goto(at(`groups/${group}`));
    await settled(page);
    const times = { page: [], last: [], search: [], nobody: [], row: [] };
    const next = page.getByRole('button', { name: 'Next' });
    const rows = async () => page.locator('tbody tr').first().innerText();
    for (let number = 1; number <= 5; number += 1) {
      times.page.push(await took(page, `${(number * kPage + 1).toLocaleString('en')} –`, () => next.click()));
      assert.match(await rows(), /reader\d{7}@brightmail\.example/);
    }
    for (const end of [kPeople - kPage, kPeople / 2, kPeople - 10 * kPage]) {
      await page.goto(at(`groups/${group}?from=${end - kPage}`));
      await settled(page);
      times.last.push(await took(page, `${(end + 1).toLocaleString('en')} –`, () => next.click()));
    }
    await page.goto(at(`groups/${group}`));
    await settled(page);
    const search = page.getByRole('searchbox').first();
    for (const number of ['0000007', '0500001', '0999999']) {
      // Enter takes effect at once; typing waits for a pause.
      await search.fill(`reader${number}@brightmail.example`);
      times.search.push(await took(page, '1 – 1 of 1', () => search.press('Enter')));
      await search.fill('');
      await took(page, '1 – 50 of', () => search.press('Enter'));
    }
    for (const name of ['nobody', 'noone', 'nemo']) {
      await search.fill(`${name}@brightmail.example`);
      times.nobody.push(await took(page, `Email=${name}`, () => search.press('Enter')));
      await search.fill('');
      await took(page, '1 – 50 of', () => search.press('Enter'));
    }
    for (let row = 0; row < 3; row += 1) {
      const button = page.locator('tbody tr').nth(row).getByRole('button').first();
      times.row.push(await took(page, 'Can I mail this address', () => button.click()));
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    for (const [what, measured] of Object.entries(times)) {
      // What else the machine does can only make a click slower: the fastest one tells what the program takes.
      const ms = Math.min(...measured);
      context.diagnostic(`${what}: ${Math.round(ms)} ms, the fastest of ${measured.length}, their middle ${Math.round(middle(measured))} ms`);
      assert.ok(ms <= kMostMs, `${what} takes ${Math.round(ms)} ms: ${measured.map(Math.round)}`);
    }
    await isAccessible(page, 'a group of a million');
  }));
