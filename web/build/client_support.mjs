// client_support.mjs FOLDER [INTO]: writes data.json into web/client_support/, or INTO, from FOLDER/data/caniemail.json of the
// unpacked npm package caniemail (npm pack caniemail). The package itself is no dependency: of the data one letter for each
// feature and mail program is used, and of its code nothing. LICENSE is the package's; LICENSE.tests beside it is that of the
// tests (github.com/hteumeuleu/caniemail), which the package does not carry.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
if (!folder) throw new Error('client_support.mjs FOLDER [INTO]: where the package caniemail was unpacked');
const root = process.argv[3] ?? new URL('../client_support/', import.meta.url).pathname;
const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const { data, nicenames, last_update_date: date } = JSON.parse(readFileSync(join(folder, 'data/caniemail.json'), 'utf8'));

/** What the draft of a mail can show: programs and pictures that no template names are left out. */
const shown = data.filter((feature) => feature.category !== 'others').sort((a, b) => (a.slug < b.slug ? -1 : 1));
const clients = [];
for (const feature of shown) {
  for (const [family, platforms] of Object.entries(feature.stats)) {
    for (const platform of Object.keys(platforms)) {
      if (!clients.some((client) => client.family === family && client.platform === platform)) clients.push({ family, platform });
    }
  }
}
clients.sort((a, b) => (`${a.family} ${a.platform}` < `${b.family} ${b.platform}` ? -1 : 1));

const kFirstYear = 1900;
const numbersOf = (version) => version.split(/\D+/).filter(Boolean).map(Number);

/**
 * Whether a version comes behind another one that stands before it in the data. Versions are compared by their numbers, and
 * days likewise. Between a version and a day their order decides; JavaScript moves only whole numbers, such as the year of
 * an old product, to the front.
 */
function isNewer(version, before) {
  const [numbers, others] = [numbersOf(version), numbersOf(before)];
  if ((numbers[0] ?? 0) >= kFirstYear !== (others[0] ?? 0) >= kFirstYear) return true;
  for (let at = 0; at < Math.max(numbers.length, others.length); at += 1) {
    const difference = (numbers[at] ?? 0) - (others[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** y, n, a (partly) or u (unknown) for the newest version that was tested. */
function letter(versions) {
  const tested = Object.entries(versions ?? {});
  const newest = tested.reduce((best, next) => (best === undefined || isNewer(next[0], best[0]) ? next : best), undefined);
  return (newest?.[1] ?? 'u').trim()[0];
}

const written = {
  source: `caniemail ${about.version}, ${date.slice(0, 10)}`,
  clients: clients.map(({ family, platform }) => `${nicenames.family[family] ?? family} ${nicenames.platform[platform] ?? platform}`),
  features: shown.map((feature) => [
    feature.slug,
    feature.title,
    clients.map(({ family, platform }) => letter(feature.stats[family]?.[platform])).join(''),
  ]),
};
writeFileSync(
  join(root, 'data.json'),
  `{\n"source": ${JSON.stringify(written.source)},\n"clients": ${JSON.stringify(written.clients)},\n"features": [\n${written.features.map((row) => JSON.stringify(row)).join(',\n')}\n]\n}\n`,
);
copyFileSync(join(folder, 'LICENSE'), join(root, 'LICENSE'));
console.log(`${shown.length} features, ${clients.length} mail programs`);
