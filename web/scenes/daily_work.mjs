// The pages of data at their daily work: a domain, a sender, a template, a group, a task, its mails, their fates; and each
// of the 36 actions called by a click on the way.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';

import { at, choose, isAccessible, picture, signedIn, withPage } from './browser.mjs';

const password = process.env.SESAME_PASSWORD;
const kDomain = 'mail.aurelia.example';
const kSender = `news@${kDomain}`;
const description = new URL('../../api/ses-2020-10-02.json', import.meta.url);
// A mail's own image that counts opens is kept out of the frame, and the browser says so.
const kFromMails = [/img-src data:/];

const called = new Set();
let state;

/** A page of the person who is logged in; notes each action that the page calls. */
function asOwner(options, work) {
  return withPage({ expected: kFromMails, state, ...options }, async (page, context) => {
    page.on('request', (request) => {
      const action = request.headers()['x-tc-action'];
      if (action) called.add(action);
    });
    await work(page, context);
  });
}

before(async () => {
  state = await signedIn();
});

test('a domain gets its records, a sender and its settings', () =>
  asOwner({}, async (page) => {
    await page.goto(at('domains'));
    await page.getByRole('button', { name: /^Add a domain/ }).first().click();
    await page.getByRole('textbox', { name: 'Domain', exact: true }).fill(kDomain);
    await page.getByRole('button', { name: 'Add it and show its records' }).click();
    await page.getByRole('heading', { name: kDomain }).waitFor();
    await page.getByRole('cell', { name: 'Signature' }).waitFor();
    await page.getByText(/checked .*again in/).waitFor();
    await isAccessible(page, 'records of a domain');
    await picture(page, 'domain');
    await page.getByRole('tab', { name: 'Signing' }).click();
    await page.getByLabel('DKIM key', { exact: true }).selectOption('0');
    await page.getByRole('button', { name: 'Change', exact: true }).click();
    await page.getByText('Changed', { exact: true }).waitFor();
    await page.getByRole('tab', { name: 'Senders' }).click();
    await page.getByRole('button', { name: 'Add a sender' }).click();
    const adding = page.getByRole('dialog', { name: 'Add a sender' });
    await adding.getByRole('textbox', { name: 'Address', exact: true }).fill('news');
    await adding.getByRole('textbox', { name: 'Name that recipients see' }).fill('Aurelia');
    await page.getByRole('dialog').getByRole('button', { name: 'Add the sender' }).click();
    await page.getByRole('button', { name: kSender }).click();
    const drawer = page.getByRole('dialog', { name: kSender });
    await drawer.getByRole('button', { name: 'Generate' }).click();
    await drawer.getByRole('button', { name: 'Set the password' }).click();
    await drawer.getByText('Password set.').waitFor();
    const unsubscribe = drawer.getByRole('region', { name: 'Unsubscribe link' });
    await unsubscribe.getByLabel('Link', { exact: true }).selectOption('2');
    await unsubscribe.getByRole('button', { name: 'Save' }).click();
    await unsubscribe.getByRole('button', { name: 'Remove the setting' }).waitFor();
    await unsubscribe.getByLabel('Link', { exact: true }).selectOption('6');
    await unsubscribe.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('cell', { name: 'German' }).waitFor({ state: 'attached' });
    await unsubscribe.getByRole('button', { name: 'Remove the setting' }).click();
    await unsubscribe.getByRole('button', { name: 'Remove the setting' }).waitFor({ state: 'detached' });
    await isAccessible(page, 'settings of a sender');
  }));

test('a template is written, seen in its frame and saved', () =>
  asOwner({}, async (page) => {
    await page.goto(at('templates/new'));
    await page.getByRole('button', { name: 'Plain notice' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Notice');
    await page.frameLocator('iframe').getByText('Hello Ada').waitFor();
    await page.getByRole('button', { name: 'Long', exact: true }).click();
    await page.frameLocator('iframe').getByText('Hello Maximiliana-Theodora').waitFor();
    await isAccessible(page, 'editor of a template');
    await picture(page, 'template');
    await page.getByRole('button', { name: /^Save/ }).click();
    await page.waitForURL(/\/templates\/\d+$/);
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Notice 2');
    await page.getByRole('button', { name: /^Save/ }).click();
    await page.getByText('not saved').waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('heading', { name: 'Notice 2' }).waitFor();
  }));

test('people are pasted into a group, each row gets its verdict', () =>
  asOwner({}, async (page) => {
    await page.goto(at('groups'));
    await page.getByRole('button', { name: /^New group/ }).first().click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name', exact: true }).fill('Readers');
    await page.getByRole('button', { name: 'Create the group' }).click();
    await page.getByRole('heading', { name: 'Readers' }).waitFor();
    await page.getByRole('link', { name: /^Import people/ }).first().click();
    await page.getByRole('button', { name: 'Paste' }).click();
    await page.getByLabel('People, one a line').fill(
      ['E-Mail;name', 'ada@brightmail.example;Ada', 'ADA@brightmail.example;Again', 'zoe@lumenmail.example;Zoé', ';nobody',
        'tag@harbour.example;<b>x</b>'].join('\n'),
    );
    await page.getByRole('button', { name: 'Read it' }).click();
    await page.getByLabel('E-Mail', { exact: true }).waitFor();
    await choose(page, 'name', '{{name}}');
    await isAccessible(page, 'columns of a file');
    await page.getByRole('button', { name: 'Check the whole file' }).click();
    await page.getByText('same address as line 2').waitFor();
    await page.getByText('HTML in {{name}}').waitFor();
    await picture(page, 'import');
    await page.getByRole('button', { name: 'Upload 5 rows' }).click();
    await page.getByRole('link', { name: 'Show the group' }).click();
    await page.getByRole('button', { name: 'zoe@lumenmail.example' }).waitFor();
    await isAccessible(page, 'people of a group');
    await page.getByRole('button', { name: /^Add one/ }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Address', exact: true }).fill('li.wei@qingxin.example');
    await page.getByRole('dialog').getByLabel('{{name}}').fill('李伟');
    await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('dialog').getByText('is stored').waitFor();
  }));

test('a group of addresses alone is filled and deleted', () =>
  asOwner({}, async (page) => {
    await page.goto(at('groups'));
    await page.getByRole('button', { name: /^New group/ }).first().click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name', exact: true }).fill('Addresses');
    await page.getByRole('button', { name: 'Create the group' }).click();
    await page.getByRole('button', { name: /^Add one/ }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Address', exact: true }).fill('omar@harbour.example');
    await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('dialog').getByText('is stored').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Delete the group' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete the group' }).click();
    await page.waitForURL(/\/groups$/);
    await page.getByRole('link', { name: 'Readers' }).waitFor();
    await page.getByRole('link', { name: 'Addresses' }).waitFor({ state: 'detached' });
  }));

test('a task is rehearsed, started, and its numbers open the rows behind them', () =>
  asOwner({}, async (page) => {
    await page.goto(at('tasks/new'));
    await page.getByText('still to be chosen').first().waitFor();
    await choose(page, 'Group', 'Readers');
    await choose(page, 'Template', 'Notice');
    await choose(page, 'Sender', kSender);
    await page.getByRole('textbox', { name: 'Subject', exact: true }).fill('A notice for {{name}}');
    await page.getByText('3 people will receive it').waitFor();
    await page.frameLocator('iframe').getByText('Hello Ada').waitFor();
    await isAccessible(page, 'new task');
    await picture(page, 'new-task');
    await page.getByRole('button', { name: /^Review and start/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('heading', { name: 'A notice for {{name}}' }).waitFor();
    await page.getByText('finished').first().waitFor();
    await page.getByRole('link', { name: 'Delivered: 3' }).click();
    await page.getByRole('link', { name: 'zoe@lumenmail.example' }).waitFor();
    await isAccessible(page, 'one task');
    await picture(page, 'task');
    await page.getByRole('link', { name: 'Send tasks' }).first().click();
    await page.getByRole('link', { name: 'A notice for {{name}}' }).waitFor();
    await isAccessible(page, 'send tasks');
  }));

test('a test mail is sent, read in its frame, and its story is told', () =>
  asOwner({}, async (page) => {
    await page.goto(at('messages?send=1'));
    const dialog = page.getByRole('dialog', { name: 'Send a test' });
    await dialog.getByRole('textbox', { name: 'To', exact: true }).fill('gone@northpost.example');
    await choose(dialog, 'Template', 'Notice');
    await choose(dialog, 'Sender', kSender);
    await dialog.getByRole('button', { name: 'Send the test' }).click();
    await dialog.getByText('Test accepted').waitFor();
    await dialog.getByRole('link', { name: 'Open the inbox' }).click();
    await page.getByRole('link', { name: /gone@northpost\.example/ }).first().click();
    await page.frameLocator('iframe').getByText('Hello Ada').waitFor();
    await isAccessible(page, 'a mail of the inbox');
    await picture(page, 'inbox');
    await page.getByRole('tab', { name: 'Headers' }).click();
    await page.getByRole('cell', { name: 'DKIM-Signature' }).waitFor();
    await page.getByRole('link', { name: 'gone@northpost.example', exact: true }).click();
    await page.getByText('Attempt 1: accepted').waitFor();
    await isAccessible(page, 'one message');
    await page.getByRole('button', { name: 'Let it happen' }).click();
    await page.getByText('It has happened').waitFor();
    await page.getByText('Refused by the receiving server').waitFor();
    await picture(page, 'message');
    await page.getByRole('link', { name: 'Can I mail it?' }).click();
    await page.getByText('No, gone@northpost.example is not mailed').waitFor();
  }));

test('lists say no, and are changed', () =>
  asOwner({}, async (page) => {
    await page.goto(at('blocks'));
    await page.getByRole('link', { name: 'gone@northpost.example' }).waitFor();
    await isAccessible(page, 'hard bounces');
    await page.getByRole('button', { name: 'Remove gone@northpost.example' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('No hard bounce in this time').waitFor();
    await page.getByRole('tab', { name: 'Custom' }).click();
    await page.getByRole('button', { name: 'Add addresses' }).first().click();
    await page.getByLabel('Addresses, one a line').fill('never@harbour.example\nno address');
    await page.getByRole('button', { name: 'Add 2 addresses' }).click();
    await page.getByText('1 added, 1 malformed').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Change never@harbour.example' }).click();
    await page.getByRole('dialog').getByLabel('Address', { exact: true }).fill('never2@harbour.example');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'never2@harbour.example' }).waitFor();
    await page.getByRole('textbox', { name: 'Can I mail …?' }).fill('never2@harbour.example');
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.getByText('No, never2@harbour.example is not mailed').waitFor();
    await isAccessible(page, 'can I mail');
    await picture(page, 'blocks');
    await page.getByRole('button', { name: 'Remove never2@harbour.example' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('Yes, never2@harbour.example may be mailed').waitFor();
    await page.getByRole('tab', { name: 'Unsubscribed' }).click();
    await page.getByText('Nobody has unsubscribed').waitFor();
    await page.getByRole('tab', { name: 'Complaints' }).click();
    await page.getByText('Nobody has complained').waitFor();
  }));

test('numbers have a chart and a table, and open the mails of the day', () =>
  asOwner({}, async (page) => {
    await page.goto(at('statistics'));
    await page.locator('canvas').waitFor();
    const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: /^\d{4}-\d{2}-\d{2}$/ }) });
    await row.first().waitFor();
    await isAccessible(page, 'statistics');
    await picture(page, 'statistics');
    await row.first().getByRole('link').first().click();
    await page.getByRole('heading', { name: 'Messages' }).waitFor();
    await page.getByRole('link', { name: 'zoe@lumenmail.example' }).first().waitFor();
  }));

test('a key is made and disabled, its secret shown once', () =>
  asOwner({ expected: [...kFromMails, /403/] }, async (page) => {
    await page.goto(at('settings'));
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByLabel('Purpose').fill('web shop');
    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.getByLabel('Your password again').or(page.getByText('The secret is shown only now')).first().waitFor();
    if (await page.getByRole('dialog', { name: 'Your password again' }).isVisible()) {
      await page.getByRole('dialog', { name: 'Your password again' }).getByLabel('Password').fill(password);
      await page.getByRole('dialog', { name: 'Your password again' }).getByRole('button', { name: 'Go on' }).click();
    }
    await page.getByText('The secret is shown only now').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).first().click();
    await page.getByRole('button', { name: 'Disable web shop' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Disable', exact: true }).click();
    await page.getByRole('button', { name: 'Enable web shop' }).waitFor();
    for (const tab of ['Webhooks', 'Users', 'Accounts', 'Limits', 'Health']) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByRole('tabpanel', { name: tab }).waitFor();
      await isAccessible(page, `settings, ${tab}`);
    }
  }));

test('what is not needed any more is deleted', () =>
  asOwner({}, async (page) => {
    await page.goto(at('templates'));
    await page.getByRole('link', { name: 'Notice 2' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await page.waitForURL(/\/templates$/);
    await page.goto(at(`domains/${kDomain}?tab=senders`));
    await page.getByRole('button', { name: kSender }).click();
    await page.getByRole('button', { name: 'Delete the sender' }).click();
    await page.getByRole('dialog', { name: 'Delete this sender?' }).getByRole('button', { name: 'Delete the sender' }).click();
    await page.getByText('No sender at this domain yet').waitFor();
    await page.getByRole('button', { name: 'Delete the domain' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete the domain' }).click();
    await page.waitForURL(/\/domains$/);
  }));

const kPages = [
  'overview', 'messages', 'delivery', 'statistics', 'tasks', 'groups', 'templates', 'blocks', 'domains', 'settings', 'inbox',
];

for (const [language, width, theme] of [['zh-CN', 390, 'dark'], ['en', 390, 'light'], ['zh-CN', 1440, 'light']]) {
  test(`each page stands in ${language}, ${width} pixels wide, ${theme}, and nothing scrolls sideways`, () =>
    asOwner({ language, width, height: width === 390 ? 844 : 900, theme }, async (page) => {
      const faults = [];
      for (const name of kPages) {
        await page.goto(at(name));
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
        await picture(page, `${name}-${language}-${width}-${theme}`);
        await isAccessible(page, name).catch((error) => faults.push(error.message));
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (wide > 0) faults.push(`${name} scrolls sideways by ${wide} pixels`);
      }
      // All pages are walked before the first fault fails the scene, so that one run tells all of them.
      assert.deepEqual(faults, []);
    }));
}

test('each of the 36 actions was called by a click', () => {
  const all = Object.keys(JSON.parse(readFileSync(description, 'utf8')).actions);
  assert.equal(all.length, 36);
  assert.deepEqual(all.filter((action) => !called.has(action)), []);
});
