// The records of a domain turn from red to green by themselves, and each fault has its words.
import { before, test } from 'node:test';

import { at, isAccessible, picture, signedIn, withPage } from './browser.mjs';

const kDomain = process.env.SESAME_DOMAIN;
/** A little more than the page waits between two looks. */
const kNextLookMs = 10_500;
const kLooksMax = 5;
const kPatienceMs = 40_000;
let state;

/** Lets the promise that runs the scene publish records. */
async function publish(step) {
  const answer = await fetch(`${process.env.SESAME_DNS_STEPS}${step}`, { method: 'POST' });
  if (!answer.ok) throw new Error(`${step}: ${answer.status}`);
}

/** Whether a request, or what belongs to one, asks the name servers. */
const isCheck = (of) => of.request().headers()['x-tc-action'] === 'CheckEmailIdentity';

before(async () => {
  state = await signedIn();
});

for (const [language, words] of Object.entries({
  en: {
    again: /again in \d+ s/, none: 'no such name', two: 'two SPF records: receivers use neither',
    cut: 'value cut: a string holds 255 bytes', doubled: 'the zone stands twice in the name: enter the short host',
    right: 'Right at the resolver and 1 name server.', verified: 'may send', silent: 'server did not answer in 3 s',
  },
  'zh-CN': {
    again: /\d+ 秒后再次检查/, none: '没有此名称', two: '有两条 SPF 记录', cut: '值被截断：每个字符串最多 255 字节',
    doubled: '名称中区域重复，请填写短主机名', right: '解析器和 1 台域名服务器上均正确。', verified: '可以发信',
    silent: '服务器 3 秒内未回答',
  },
})) {
  /** Lets the page's clock come to its next look, by which it shows the text. */
  const see = async (page, text) => {
    const shown = page.getByText(text).first();
    for (let looks = 0; looks < kLooksMax && !(await shown.isVisible()); looks += 1) {
      await page.getByText(words.again).waitFor({ timeout: kPatienceMs });
      const answered = page.waitForResponse(isCheck, { timeout: kPatienceMs });
      await page.clock.fastForward(kNextLookMs);
      await answered;
      await page.getByText(words.again).waitFor({ timeout: kPatienceMs });
    }
    await shown.waitFor();
  };

  test(`${language}: records turn green while the page is open`, { skip: process.env.SESAME_DNS_SILENT === '1' }, () =>
    withPage({ state, language }, async (page) => {
      await page.clock.install();
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
      let ask;
      const asked = new Promise((resolve) => (ask = resolve));
      await page.route('**/console/call', async (route) => {
        if (isCheck(route)) await asked;
        await route.continue();
      });
      await page.goto(at(`domains/${kDomain}`));
      // The records stand there before any server has been asked for them.
      await page.getByText(`_dmarc.${kDomain}`).or(page.getByText('_dmarc.mail')).first().waitFor();
      ask();
      await page.getByText(words.silent).first().waitFor({ timeout: kPatienceMs });
      await isAccessible(page, 'records without an answer');
      await picture(page, `domain-silent-${language}`);
    }));
}
