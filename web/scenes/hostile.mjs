// Texts of strangers on every page: nothing of them becomes an element, runs, or asks for anything.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';

import { at, settled, signedIn, withPage } from './browser.mjs';

const { cage, taken } = JSON.parse(readFileSync(process.env.SESAME_HOSTILE, 'utf8'));
let state;

before(async () => {
  state = await signedIn();
});

/** Notes every element of the page itself that a hostile text would have made. */
function watch() {
  if (globalThis.top !== globalThis) return;
  globalThis.seen = [];
  const kTargets = ['href', 'src', 'action', 'formaction', 'data', 'srcdoc'];
  const isHostile = (element) =>
    element.hasAttribute('hostile') ||
    element.localName === 'x-hostile' ||
    [...element.attributes].some(
      ({ name, value }) => /^on/i.test(name) || (kTargets.includes(name) && /^\s*(javascript|data:text\/html)|hostile\.invalid/i.test(value)),
    );
  const look = (node) => {
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    for (const element of [node, ...node.querySelectorAll('*')]) if (isHostile(element)) globalThis.seen.push(element.outerHTML.slice(0, 200));
  };
  new MutationObserver((records) => {
    for (const record of records) {
      if (record.type === 'attributes') look(record.target);
      for (const node of record.addedNodes) look(node);
    }
  }).observe(document, { subtree: true, childList: true, attributes: true });
}

/** A page whose strangers are watched; afterwards nothing of them has come to life. */
function walk(expected, work) {
  return withPage({ state, expected }, async (page, context) => {
    const asked = [];
    const dialogs = [];
    context.on('request', (request) => asked.push(request));
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await page.addInitScript(watch);
    const clean = async (where) => {
      const { seen, ran, title } = await page.evaluate(() => ({
        seen: globalThis.seen,
        ran: globalThis.hostile ?? Object.prototype.hostile,
        title: document.title,
      }));
      assert.deepEqual(seen, [], `${where}: a text became an element`);
      assert.equal(ran, undefined, `${where}: a text ran`);
      assert.ok(page.url().startsWith(at('')), `${where}: a text led away, to ${page.url()}`);
      assert.match(title, /Sesame$/, where);
    };
    await work(page, clean);
    // What a policy keeps back is announced by the browser, and fails before anything leaves it.
    const kept = (request) => /csp|BLOCKED_BY/i.test(request.failure()?.errorText ?? '');
    const foreign = asked.filter((request) => new URL(request.url()).origin !== new URL(at('')).origin && !/^(blob|data):/.test(request.url()));
    assert.deepEqual(foreign.filter((request) => !kept(request)).map((request) => `${request.url()} ${request.failure()?.errorText}`), [], 'strangers were asked');
    assert.deepEqual(dialogs, []);
  });
}

/** Whether the page shows one of the texts as it is; blanks may be folded. */
async function shows(page, texts) {
  const shown = (await page.locator('#content').innerText()).replace(/\s+/g, ' ');
  const fields = await page.locator('#content').locator('input, textarea').evaluateAll((found) => found.map((field) => field.value).join('\n'));
  return texts.some((text) => shown.includes(text.replace(/\s+/g, ' ').trim()) || fields.includes(text));
}

async function open(page, path, clean) {
  await page.goto(at(path));
  await settled(page);
  await clean(path);
}

const firstTask = 1;
const firstGroup = 1;

test('every page shows what strangers wrote, as text', () =>
  // What the API refuses for a test is an error of the call, not of the page.
  walk([/status of 4\d\d/], async (page, clean) => {
    const kShown = {
      messages: 'subject',
      'messages?state=refused': 'reply',
      inbox: 'subject',
      groups: 'note',
      [`groups/${firstGroup}`]: 'data',
      tasks: 'task',
      [`tasks/${firstTask}`]: undefined,
      'settings?tab=keys': 'key',
      'settings?tab=audit': 'key',
      'settings?tab=webhooks': undefined,
      'settings?tab=users': undefined,
      'settings?tab=health': undefined,
      'settings?tab=you': undefined,
      // The newest calls are those of the pages before.
      'calls?failed=1': 'client',
      blocks: undefined,
      'blocks?tab=custom': undefined,
      'blocks?tab=complaints': undefined,
      overview: undefined,
      delivery: undefined,
      statistics: undefined,
      templates: undefined,
      domains: undefined,
      start: undefined,
    };
    for (const [path, source] of Object.entries(kShown)) {
      await open(page, path, clean);
      if (source) assert.ok(await shows(page, taken[source]), `${path} shows no text of "${source}"`);
    }
    // Further pages of the lists that are long.
    for (const path of ['messages', 'groups', 'inbox']) {
      await open(page, path, clean);
      for (let pages = 0; pages < 6; pages += 1) {
        const next = page.getByRole('navigation').getByRole('button', { name: 'Next' }).first();
        if (!(await next.isVisible()) || !(await next.isEnabled())) break;
        await next.click();
        await settled(page);
        await clean(`${path}, page ${pages + 2}`);
      }
    }
  }));

test('a mail, its files, its story and a search for it show them as text', () =>
  walk([/status of 4\d\d/], async (page, clean) => {
    await open(page, 'inbox?to=file1@harbour.test', clean);
    const first = page.getByRole('link', { name: /file1@harbour\.test/ }).first();
    await first.click();
    await page.getByRole('tab').first().waitFor();
    const kTabs = await page.getByRole('tab').count();
    let files = false;
    for (let i = 0; i < kTabs; i += 1) {
      await page.getByRole('tab').nth(i).click();
      await settled(page);
      await clean(`a mail with files, tab ${i}`);
      files ||= await shows(page, taken.file);
    }
    assert.ok(files, 'no tab shows the name of a file');
    await open(page, 'messages?to=reader1@harbour.test', clean);
    await page.getByRole('row').getByRole('link', { name: 'reader1@harbour.test' }).first().click();
    await page.getByText('Refused by the receiving server').waitFor();
    await settled(page);
    await clean('one message');
    assert.ok(await shows(page, taken.reply), 'the message shows no reply');
    for (const text of taken.subject.slice(0, 24)) {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Search or jump to' }).fill(text);
      await page.getByRole('dialog').getByRole('status').waitFor();
      await clean(`the palette with ${text}`);
      await page.keyboard.press('Escape');
    }
  }));

test('a refused call shows what its client wrote as text', () =>
  walk([/status of 4\d\d/], async (page, clean) => {
    for (const number of [0, 20, 40]) {
      await open(page, 'calls', clean);
      await page.locator('#content').getByRole('row').getByRole('link').nth(number).click();
      await page.waitForURL(/\/calls\/[0-9a-f-]{36}$/);
      await settled(page);
      await clean(`a call, number ${number}`);
    }
  }));

test('the address of a page is as harmless', () =>
  walk([/status of 4\d\d/], async (page, clean) => {
    for (const text of taken.subject.filter((_, i) => i % 13 === 0)) {
      for (const path of ['messages?to=', 'inbox?to=', 'explorer/', 'blocks?address=', 'explorer/errors/']) {
        await page.goto(at(path + encodeURIComponent(text)));
        await page.getByRole('heading', { level: 1 }).first().waitFor();
        await clean(`${path} ${text}`);
      }
    }
  }));

test('the frame of a mail is a cage', () =>
  // What the frame keeps out, the browser reports: that is its purpose.
  walk([/sandbox/i, /Content Security Policy/i, /Refused to/i, /violates the following/i, /status of 4\d\d/, /via a <meta>/i], async (page, clean) => {
    await open(page, `templates/${cage}`, clean);
    await page.frameLocator('iframe').getByText('The cage holds').waitFor();
    await clean('the preview of a template');
    const sandbox = await page.locator('iframe').first().getAttribute('sandbox');
    assert.ok(sandbox !== null && !/allow-scripts|allow-same-origin|allow-top-navigation(?!-)/.test(sandbox), `sandbox="${sandbox}"`);
    await open(page, 'inbox?to=cage@harbour.test', clean);
    await page.getByRole('link', { name: /cage@harbour\.test/ }).first().click();
    await page.frameLocator('iframe').getByText('The cage holds').waitFor();
    await clean('a mail in the inbox');
  }));
