// What the scenes share: a browser, the log-in, and the rules that hold on every page.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after } from 'node:test';

import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const kAxeTags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];
const kStepMs = 15_000;

/** What the promise that runs the scenes has started. */
export const world = {
  url: required('SESAME_CONSOLE'),
  /** The folder for pictures; none are made without it. */
  pictures: process.env.SESAME_SCENE_PICTURES,
};

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing; tests/lib/console.py runs the scenes`);
  return value;
}

let starting;

/** One browser for the scenes of a file, started by the first that needs it. */
function theBrowser() {
  const path = process.env.SESAME_CHROMIUM ?? '/usr/bin/chromium';
  assert.ok(existsSync(path), `${path} is missing: apt-get install chromium`);
  starting ??= chromium.launch({ executablePath: path, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  return starting;
}

after(async () => (await starting)?.close());

const kWide = { language: 'en', width: 1440, height: 900, theme: 'light', expected: [] };

/**
 * Runs `work` with a page of its own. Afterwards the scene fails when the page broke its own security policy, threw, or
 * wrote an error. `expected` are patterns of errors that belong to the scene, such as a refused log-in.
 */
export async function withPage(options, work) {
  const { language, width, height, theme, zone, expected, state } = { ...kWide, ...options };
  const context = await (await theBrowser()).newContext({
    viewport: { width, height },
    locale: language === 'en' ? 'en-GB' : 'zh-CN',
    colorScheme: theme,
    reducedMotion: 'reduce',
    timezoneId: zone,
    storageState: state,
  });
  context.setDefaultTimeout(kStepMs);
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(`thrown: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  try {
    await work(page, context);
    const left = faults.filter((fault) => ![...expected, ...kFromMails].some((pattern) => pattern.test(fault)));
    assert.deepEqual(left, [], 'the page wrote errors');
  } catch (error) {
    if (world.pictures) await page.screenshot({ path: `${world.pictures}/failed.png` });
    throw error;
  } finally {
    await context.close();
  }
}

// The frame of a mail blocks the image that counts opens, and the browser says so: that is the frame's purpose.
const kFromMails = [/Loading the image 'http[^']*\/t\/o\/[^']*' violates .* "img-src data:"/];

/** Checks a page with axe: no violation of WCAG 2.2 A and AA. */
export async function isAccessible(page, name) {
  await page.evaluate(axe);
  const found = await page.evaluate(
    async (tags) => (await globalThis.axe.run(document, { runOnly: tags, iframes: false })).violations,
    kAxeTags,
  );
  const said = found.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(' ')).join(' | ')}`);
  assert.deepEqual(said, [], `${name}: accessibility`);
}

/** Makes a picture when somebody wants to look at the pages. */
export async function picture(page, name) {
  if (world.pictures) await page.screenshot({ path: `${world.pictures}/${name}.png` });
}

/** The address of a page of the console. */
export function at(path) {
  return `${world.url}console/${path}`;
}

/** Opens each page of the navigation, waits for its heading and calls `look`. */
export async function eachPage(page, look) {
  await page.goto(at(''));
  const links = page.getByRole('navigation').locator('a[href^="/console/"]');
  await links.first().waitFor();
  const paths = [...new Set(await links.evaluateAll((found) => found.map((link) => link.getAttribute('href'))))];
  for (const path of paths) {
    await page.goto(new URL(path, world.url).href);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForFunction(() => document.querySelector('[aria-busy=true]') === null);
    await look(path.split('/')[2]);
  }
  return paths;
}

/** What a browser keeps of a person who has logged in with the password of the promise. */
export async function signedIn() {
  let state;
  await withPage({ expected: [/status of 401/] }, async (page, context) => {
    await page.goto(at(''));
    await page.getByLabel('Name', { exact: true }).fill(process.env.SESAME_OWNER);
    await page.getByLabel('Password', { exact: true }).fill(process.env.SESAME_PASSWORD);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.getByRole('banner').waitFor();
    state = await context.storageState();
  });
  return state;
}

/** Waits until the page has its heading and reads nothing any more. */
export async function settled(page) {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForFunction(() => document.querySelector('[aria-busy=true], .skeleton-row') === null);
}

/** Chooses the option with this text, once the field has it; `page` may be a dialog. */
export async function choose(page, label, text) {
  const field = page.getByRole('combobox', { name: label, exact: true });
  const option = field.locator('option', { hasText: text }).first();
  await option.waitFor({ state: 'attached' });
  await field.selectOption(await option.getAttribute('value'));
}
