// The records of a domain turn from red to green by themselves, and each fault has its words.
import { test } from 'node:test';

import { at, isAccessible, picture, withPage } from './browser.mjs';

const kDomain = process.env.SESAME_DOMAIN;
const kRecheckMs = 15_000;
let state;

/** Lets the promise that runs the scene publish records. */
async function publish(step) {
  const answer = await fetch(`${process.env.SESAME_DNS_STEPS}${step}`, { method: 'POST' });
  if (!answer.ok) throw new Error(`${step}: ${answer.status}`);
}

test('somebody logs in', () =>
  withPage({ expected: [/401/] }, async (page, context) => {
    await page.goto(at(''));
    await page.getByLabel('Name', { exact: true }).fill(process.env.SESAME_OWNER);
    await page.getByLabel('Password', { exact: true }).fill(process.env.SESAME_PASSWORD);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    state = await context.storageState();
  }));

for (const [language, words] of Object.entries({
  en: {
    none: 'no such name', one: '1 of 4 records are right.', two: 'two SPF records: receivers use neither',
    cut: 'value cut: a string holds 255 bytes', doubled: 'the zone stands twice in the name: enter the short host',
    right: 'Right at the resolver and 1 name server.', verified: 'may send', silent: 'server did not answer in 3 s',
  },
  'zh-CN': {
    none: '没有此名称', one: '1/4', two: '有两条 SPF 记录', cut: '值被截断：每个字符串最多 255 字节',
    doubled: '名称中区域重复，请填写短主机名', right: '解析器和 1 台域名服务器上均正确。', verified: '可以发信',
    silent: '服务器 3 秒内未回答',
  },
})) {
  const see = (page, text) => page.getByText(text).first().waitFor({ timeout: kRecheckMs });

  test(`${language}: records turn green while the page is open`, { skip: process.env.SESAME_DNS_SILENT === '1' }, () =>
    withPage({ state, language }, async (page) => {
      await publish('none');
      await page.goto(at(`domains/${kDomain}`));
      await see(page, words.none);
      await publish('two');
      await see(page, words.two);
      await picture(page, `domain-two-${language}`);
      await publish('cut');
      await see(page, words.cut);
      await isAccessible(page, 'records with their faults');
      await picture(page, `domain-cut-${language}`);
      await publish('doubled');
      await see(page, words.doubled);
      await publish('right');
      await see(page, words.right);
      await page.getByText(words.verified, { exact: true }).first().waitFor();
      await isAccessible(page, 'records that are right');
    }));

  test(`${language}: a silent name server holds nothing up`, { skip: process.env.SESAME_DNS_SILENT !== '1' }, () =>
    withPage({ state, language }, async (page) => {
      await page.goto(at(`domains/${kDomain}`));
      await page.getByText(`_dmarc.${kDomain}`).or(page.getByText('_dmarc.mail')).first().waitFor({ timeout: 2_000 });
      await page.getByText(words.silent).first().waitFor({ timeout: 8_000 });
      await isAccessible(page, 'records without an answer');
      await picture(page, `domain-silent-${language}`);
    }));
}
