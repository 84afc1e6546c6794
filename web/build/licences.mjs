// Writes web/licences.txt: the packages that end up in the console, with their licences. `--check` writes nothing, and
// fails when the file is not what node_modules says or a licence is none of those that go with ours.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const kAllowed = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'MIT-0']);

const read = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** The packages that a package needs when the console runs, itself included. */
function closure(names, found = new Map()) {
  for (const name of names) {
    const folder = join(root, 'node_modules', name);
    if (found.has(name) || !existsSync(folder)) continue;
    const about = read(join(folder, 'package.json'));
    found.set(name, { ...about, folder });
    closure(Object.keys(about.dependencies ?? {}), found);
  }
  return found;
}

function licenceText(folder) {
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)(\.|$)/i.test(name));
  return file ? readFileSync(join(folder, file), 'utf8').trim().replace(/\r\n/g, '\n') : undefined;
}

const packages = [...closure(Object.keys(read(join(root, 'package.json')).dependencies)).values()].sort((a, b) =>
  a.name < b.name ? -1 : 1,
);
const refused = packages.filter(({ license }) => !kAllowed.has(license));
if (refused.length > 0) {
  console.error(refused.map(({ name, license }) => `${name}: the licence ${license} is not allowed`).join('\n'));
  process.exit(1);
}

// What has the same text stands together, so that it is printed once.
const byText = new Map();
const add = (text, name) => byText.set(text, [...(byText.get(text) ?? []), name]);
for (const { name, version, license, folder } of packages) {
  add(licenceText(folder) ?? `Licence: ${license}`, `${name} ${version} (${license})`);
}
// Data that are compiled in without their package (client_support.mjs), and the tests that they are the results of.
const support = (name) => readFileSync(join(root, 'client_support', name), 'utf8').trim();
add(support('LICENSE'), `data of caniemail.com, from ${JSON.parse(support('data.json')).source} (MIT)`);
add(support('LICENSE.tests'), 'tests of caniemail.com, whose results the data are (MIT)');
const text =
  'The web console contains these packages.\n\n' +
  [...byText].map(([licence, names]) => `${names.join('\n')}\n\n${licence}\n`).join(`\n${'-'.repeat(72)}\n\n`);

const file = join(root, 'licences.txt');
if (!process.argv.includes('--check')) {
  writeFileSync(file, text);
} else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
  console.error('web/licences.txt is not what node_modules says: node web/build/licences.mjs');
  process.exit(1);
}
console.log(`${packages.length} packages, all with an allowed licence`);
