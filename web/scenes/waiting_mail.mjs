// Mail that waits: its queues, a pause with an end and a reason, a retry and a drop; and what an analyst sees of it.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { before, test } from 'node:test';

import { at, isAccessible, picture, settled, signedIn, withPage } from './browser.mjs';

const message = process.env.SESAME_MESSAGE;
let state;

before(async () => {
  state = await signedIn();
});

const scene = (title, options, work) => test(title, () => withPage({ state, ...options }, work));
const queueRow = (page, domain) => page.getByRole('region', { name: 'Queues' }).getByRole('row').filter({ hasText: domain });

/** A time of the viewer's for a field: so many days from now. */
function localTime(days) {
  const time = new Date(Date.now() + days * 86_400_000);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

scene('the queues are listed by domain, with ages and the last reply', {}, async (page) => {
  await page.goto(at('delivery'));
  await page.getByText('5 mails in 2 queues').waitFor();
  const cells = await queueRow(page, 'later.test').first().getByRole('cell').allInnerTexts();
  assert.deepEqual(cells.slice(2, 11), ['single mail', '3', '3', '0', '0', '0', '0', '0', '0']);
  assert.equal(await page.getByText('451 4.7.1 try again later').count(), 2);
  await page.getByText('Nothing is paused.').waitFor();
  await isAccessible(page, 'the queues');
  await picture(page, 'queues');
  await page.getByRole('searchbox', { name: 'Domain of the recipients, whole' }).fill('sold.test');
  await queueRow(page, 'later.test').first().waitFor({ state: 'detached' });
  await page.getByText('2 mails in 1 queue').waitFor();
});

scene('a queue is paused with an end and a reason, and its mail says so', {}, async (page) => {
  await page.goto(at('delivery'));
  await queueRow(page, 'later.test').first().waitFor();
  // By keyboard: the first row has the most mail.
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'later.test' }).waitFor();
  await page.getByRole('link', { name: 'reader0@later.test' }).waitFor();
  await picture(page, 'queue');
  await page.getByRole('button', { name: 'Pause…' }).click();
  const dialog = page.getByRole('dialog');
  assert.equal(await dialog.getByRole('textbox', { name: 'Domain of the recipients' }).inputValue(), 'later.test');
  const pause = dialog.getByRole('button', { name: 'Pause', exact: true });
  assert.equal(await pause.getAttribute('aria-disabled'), 'true');
  await dialog.getByText('Say why.').waitFor();
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('their servers are being moved');
  await dialog.getByRole('button', { name: 'at a time' }).click();
  await dialog.getByLabel('Until').fill(localTime(-1));
  await dialog.getByText('This time is over.').first().waitFor();
  await dialog.getByLabel('Until').fill(localTime(1));
  await dialog.getByText('This time is over.').first().waitFor({ state: 'detached' });
  await isAccessible(page, 'the dialog of a pause');
  await picture(page, 'pause-dialog');
  await dialog.getByRole('button', { name: 'Show the call of PauseDelivery' }).waitFor();
  await pause.click();
  await page.getByText(/^Delivery is paused since/).waitFor();
  await page.getByText(/^paused until/).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Retry now' }).getAttribute('aria-disabled'), 'true');
  await page.getByText('It is paused; resume it first.').waitFor();
  await isAccessible(page, 'a paused queue');
  await picture(page, 'queue-paused');
  await page.goto(at(`messages/${encodeURIComponent(message)}`));
  await page.getByText('Next try').first().waitFor();
  await page.locator('.timeline').getByText(/^paused until/).waitFor();
  await page.locator('.timeline').getByText('their servers are being moved').waitFor();
  await isAccessible(page, 'a mail that waits for the end of a pause');
  await picture(page, 'message-paused');
});

scene('the list names the pause', { theme: 'dark' }, async (page) => {
  await page.goto(at('delivery'));
  await queueRow(page, 'their servers are being moved').getByText(/^paused until/).waitFor();
  await page.getByRole('region', { name: 'Pauses' }).getByText('their servers are being moved').waitFor();
  await isAccessible(page, 'the queues in the dark');
  await picture(page, 'queues-paused-dark');
});

scene('in Chinese on a telephone', { language: 'zh-CN', width: 390, height: 844 }, async (page) => {
  await page.goto(at('delivery'));
  await page.getByText('2 个队列，5 封邮件').waitFor();
  await isAccessible(page, 'the queues on a telephone');
  await picture(page, 'queues-telephone');
  await page.getByRole('link', { name: 'later.test' }).click();
  await page.getByText('reader0@later.test').waitFor();
  await isAccessible(page, 'a queue on a telephone');
  await picture(page, 'queue-telephone');
  await page.goto(at(`messages/${encodeURIComponent(message)}`));
  await page.getByRole('button', { name: '全部立即重试：later.test' }).waitFor();
  await isAccessible(page, 'a mail that waits on a telephone');
  await picture(page, 'message-telephone');
  const by = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(by, 0, 'the page scrolls sideways');
});

scene('an analyst sees the queues, and neither an address nor a button that acts', { state: undefined, expected: [/status of 401/] }, async (page) => {
  await page.goto(at(''));
  await page.getByLabel('Name', { exact: true }).fill('ana');
  await page.getByLabel('Password', { exact: true }).fill(process.env.SESAME_PASSWORD);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await page.getByRole('banner').waitFor();
  await page.goto(at('delivery'));
  await page.getByText('5 mails in 2 queues').waitFor();
  await page.getByRole('region', { name: 'Pauses' }).getByText('their servers are being moved').waitFor();
  for (const name of [/^Pause/, /^Resume/, /^Retry/]) assert.equal(await page.getByRole('button', { name }).count(), 0, String(name));
  await page.getByRole('link', { name: 'later.test' }).click();
  await page.getByText('r•••@later.test').first().waitFor();
  await settled(page);
  assert.equal((await page.locator('#content').innerText()).includes('reader0@'), false);
  assert.equal(await page.getByRole('button', { name: /^(Pause|Retry|Drop)/ }).count(), 0);
  await picture(page, 'queue-analyst');
});

scene('a queue is resumed and tried again, and its mail has gone', {}, async (page) => {
  writeFileSync(`${process.env.SESAME_FLAGS}/accept`, '');
  await page.goto(at('delivery'));
  await page.getByRole('button', { name: /^Resume: later\.test/ }).click();
  await page.getByText('Nothing is paused.').waitFor();
  await page.getByRole('link', { name: 'later.test' }).click();
  await page.getByRole('button', { name: 'Retry now' }).click();
  await page.getByText('3 mails are due now').waitFor();
  await page.getByText('No mail waits for later.test.').waitFor();
  await picture(page, 'queue-empty');
});

scene('a queue is dropped, once its number was seen and a reason given', {}, async (page) => {
  await page.goto(at('delivery/queues/sold.test'));
  await page.getByRole('button', { name: 'Drop…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Drop 2 mails to sold.test?' });
  const drop = dialog.getByRole('button', { name: 'Drop 2 mails' });
  assert.equal(await drop.isDisabled(), true);
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('the domain was sold');
  await isAccessible(page, 'the dialog of a drop');
  await picture(page, 'drop-dialog');
  await drop.click();
  await page.getByText('2 mails are being dropped').waitFor();
  await page.getByText('No mail waits for sold.test.').waitFor();
  await page.goto(at('delivery'));
  await page.getByText('No mail waits in a queue.').waitFor();
  await picture(page, 'queues-empty');
});
