// A sender gets a password for SMTP, and the card of the page says all that a program needs to submit mail with it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { before, test } from 'node:test';
import { promisify } from 'node:util';

import { at, isAccessible, picture, signedIn, withPage } from './browser.mjs';

const sender = process.env.SESAME_SENDER;
const kRules = ['10 to 20 characters', 'two different digits', 'two different lower-case letters', 'two different upper-case letters'];
const kSubmitMs = 60_000;
let state;

/** The rules that the page shows as kept. */
async function keptRules(card) {
  const items = await card.getByRole('listitem').allTextContents();
  return kRules.filter((rule) => items.some((item) => item.startsWith(rule) && item.endsWith('kept')));
}

/** What stands beside a label of the card. */
const valueOf = (card, label) => card.locator(`dt:text-is("${label}") + dd code`).textContent();

before(async () => {
  state = await signedIn();
});

test('a password made on the page submits mail by SMTP, which comes to the inbox', () =>
  withPage({ state }, async (page) => {
    await page.goto(at(`domains/${sender.split('@')[1]}?tab=senders`));
    await page.getByRole('button', { name: sender }).click();
    const card = page.getByRole('dialog', { name: sender }).getByRole('region', { name: 'SMTP', exact: true });
    const field = card.getByRole('textbox', { name: 'New password' });
    const set = card.getByRole('button', { name: 'Set the password' });
    await field.fill('abC1');
    assert.deepEqual(await keptRules(card), [kRules[2]]);
    assert.ok(await set.isDisabled(), 'a password that breaks a rule cannot be set');
    await card.getByRole('button', { name: 'Generate' }).click();
    assert.deepEqual(await keptRules(card), kRules);
    const password = await field.inputValue();
    await set.click();
    await card.getByText('Password set.').waitFor();
    await card.locator('dt:text-is("SMTP password") + dd').getByText('set', { exact: true }).waitFor();
    assert.equal(await valueOf(card, 'User'), sender);
    await isAccessible(page, 'card of a sender');
    await picture(page, 'smtp-card');

    const line = await valueOf(card, 'Test line');
    const { stdout } = await promisify(execFile)(
      'sh', ['-c', `${line} --auth-password "$PASSWORD" --header 'Subject: Submitted with the card'`],
      { env: { ...process.env, PASSWORD: password }, timeout: kSubmitMs },
    );
    assert.match(stdout, /<~ +250 .*\n *~> QUIT/, 'the server took the mail');
    await page.goto(at('inbox'));
    await page.getByText('Submitted with the card').first().waitFor();
    await page.getByText(sender).first().waitFor();
  }));
