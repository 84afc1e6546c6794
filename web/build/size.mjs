// size.mjs KIB: fails when the scripts of the first page after the log-in are together larger than KIB, compressed by gzip.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const kibMax = Number(process.argv[2]);
const assets = new URL('../dist/assets/', import.meta.url).pathname;
// The entry, the frame and what several pages share are loaded before the first page; the largest page stands for it.
const kBefore = /^(index|Shell)-/;
const scripts = readdirSync(assets)
  .filter((name) => name.endsWith('.js.gz'))
  .map((name) => ({ name, bytes: statSync(join(assets, name)).size }));
const before = scripts.filter(({ name }) => kBefore.test(name)).reduce((sum, { bytes }) => sum + bytes, 0);
const pages = scripts.filter(({ name }) => /^[A-Z]/.test(name) && !kBefore.test(name)).map(({ bytes }) => bytes);
const shared = scripts.filter(({ name }) => /^[a-z]/.test(name) && !kBefore.test(name) && !/^(echarts|html|codemirror)/i.test(name));
const first = before + Math.max(...pages) + shared.reduce((sum, { bytes }) => sum + bytes, 0);
console.log(`first page: ${Math.ceil(first / 1024)} KiB of script, at most ${kibMax}`);
process.exit(first > kibMax * 1024 ? 1 : 0);
