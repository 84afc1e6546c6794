// The first run, each step of it: from the owner to a program that calls from outside and five people with five fates.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';

import { at, isAccessible, picture, withPage, world } from './browser.mjs';

const require = createRequire(import.meta.url);
const { ses } = require('tencentcloud-sdk-nodejs-ses');

const token = process.env.SESAME_SETUP_TOKEN;
const owner = process.env.SESAME_OWNER;
const password = process.env.SESAME_PASSWORD;
const language = process.env.SESAME_LANGUAGE;
const kRefused = [/Failed to load resource: the server responded with a status of (401|403|429)/];
const kEndMs = 30_000;

const words = {
  en: {
    name: 'Name', password: 'Password', again: 'Password again', create: 'Create the owner',
    portTest: 'Test port 25', portOpen: 'Port 25 is open', here: 'Try it here', send: 'Send', arrived: 'It arrived',
    waiting: 'Waiting for the first call from outside', makeKey: 'Make a key for a program',
    came: /^First call from SDK_NODEJS_\S+, \d+ ms$/, call: 'Show this call of SendEmail',
    group: 'Group', template: 'Template', sender: 'Sender', subject: 'Subject', receive: '4 people will receive it.',
    review: /^Review and start/, delivered: 'Delivered: 2', delayed: 'Delayed: 1', refused: 'Refused: 1', unsent: 'Not sent: 1',
    remove: 'Remove samples', choose: 'How do you want to start?',
  },
  'zh-CN': {
    name: '用户名', password: '密码', again: '再次输入密码', create: '创建所有者',
    portTest: '测试 25 端口', portOpen: '25 端口可用', here: '就地试用', send: '发送', arrived: '邮件已到达',
    waiting: '正在等待来自外部的第一次调用', makeKey: '为程序创建密钥',
    came: /^收到 SDK_NODEJS_\S+ 的首次调用，\d+ 毫秒$/, call: '查看此次 SendEmail 调用',
    group: '收件人列表', template: '模板', sender: '发信地址', subject: '主题', receive: '4 人会收到。',
    review: /^检查并开始/, delivered: '已送达: 2', delayed: '延迟: 1', refused: '被拒收: 1', unsent: '未发送: 1',
    remove: '移除示例', choose: '您想如何开始？',
  },
}[language];

async function logIn(page) {
  await page.goto(at(''));
  await page.getByLabel(words.name, { exact: true }).fill(owner);
  await page.getByLabel(words.password, { exact: true }).fill(password);
  await page.keyboard.press('Enter');
  await page.getByRole('banner').waitFor();
}

async function choose(page, label, text) {
  const field = page.getByRole('combobox', { name: label, exact: true });
  const option = field.locator('option', { hasText: text }).first();
  await option.waitFor({ state: 'attached' });
  await field.selectOption(await option.getAttribute('value'));
}

/** The call of a program that has nothing but the key. */
async function callFromOutside(secretId, secretKey) {
  const endpoint = new URL(world.url);
  const client = new ses.v20201002.Client({
    credential: { secretId, secretKey },
    region: 'ap-guangzhou',
    profile: { httpProfile: { endpoint: endpoint.host, protocol: `${endpoint.protocol}//` } },
  });
  return client.SendEmail({
    FromEmailAddress: 'Sesame <hello@sandbox.invalid>', Destination: ['ada@sandbox.invalid'], Subject: 'From my code',
    Template: { TemplateID: 1, TemplateData: '{"name":"Ada"}' }, TriggerType: 1,
  });
}

test(`port 25 is tested when the person asks for it, and the first mail arrives, ${language}`, () =>
  withPage({ language, expected: kRefused }, async (page) => {
    await page.goto(at(`#setup=${token}`));
    await page.getByLabel(words.name, { exact: true }).fill(owner);
    await page.getByLabel(words.password, { exact: true }).fill(password);
    await page.getByLabel(words.again).fill(password);
    await page.getByRole('button', { name: words.create }).click();
    await page.getByRole('button', { name: words.portTest }).click();
    await page.getByText(words.portOpen).waitFor();
    await isAccessible(page, `port 25, ${language}`);
    await picture(page, `port-${language}`);
    await page.getByRole('button', { name: words.here }).click();
    await page.getByRole('button', { name: words.send, exact: true }).click();
    await page.getByRole('heading', { name: words.arrived }).waitFor();
  }));

test(`the first call of a program outside appears by itself, ${language}`, () =>
  withPage({ language, expected: kRefused }, async (page) => {
    await logIn(page);
    await page.goto(at('start'));
    await page.getByText(words.waiting).waitFor();
    await page.getByRole('button', { name: words.makeKey, exact: true }).click();
    const shown = async (name) => page.locator('dt', { hasText: name }).locator('xpath=following-sibling::dd[1]').locator('code').innerText();
    const secretId = await shown('TENCENTCLOUD_SECRET_ID');
    const secretKey = await shown('TENCENTCLOUD_SECRET_KEY');
    await page.getByText(words.waiting).waitFor();
    await isAccessible(page, `waiting for a call, ${language}`);
    const answer = await callFromOutside(secretId, secretKey);
    assert.match(answer.MessageId, /./);
    await page.getByText(words.came).waitFor();
    await picture(page, `called-${language}`);
    await page.getByRole('link', { name: words.call }).click();
    await page.getByText('SDK_NODEJS_').first().waitFor();
    // What is known comes from the state: another visit finds it again, and the secret is gone.
    await page.goto(at('start'));
    await page.getByText(words.came).waitFor();
    assert.equal(await page.getByText(secretKey).count(), 0);
  }));

test(`five people have five fates, and nothing of them stays, ${language}`, () =>
  withPage({ language, expected: kRefused }, async (page) => {
    await logIn(page);
    await page.goto(at('tasks/new'));
    await choose(page, words.group, 'Five sample people');
    await choose(page, words.template, 'Welcome');
    await choose(page, words.sender, 'hello@');
    await page.getByRole('textbox', { name: words.subject, exact: true }).fill('{{name}}');
    await page.getByText(words.receive).first().waitFor();
    await page.getByRole('button', { name: words.review }).click();
    await page.getByRole('dialog').getByRole('button', { name: words.send, exact: true }).click();
    for (const outcome of [words.delivered, words.delayed, words.refused, words.unsent])
      await page.getByRole('link', { name: outcome, exact: true }).waitFor({ timeout: kEndMs });
    await picture(page, `five-people-${language}`);
    await page.goto(at('start'));
    await page.getByRole('button', { name: words.remove }).click();
    await page.getByRole('dialog').getByRole('button', { name: words.remove }).click();
    await page.getByRole('heading', { name: words.choose }).waitFor();
  }));
