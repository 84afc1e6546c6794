// size.mjs LOGIN PAGE: fails when the log-in is larger than LOGIN KiB, compressed by gzip, its document, scripts and styles
// together, or the scripts of a first page behind it than PAGE KiB. A first page needs the entry, the frame and the page,
// each with what it imports; what these load later is not counted.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const [loginMax, pageMax] = process.argv.slice(2).map(Number);
const dist = new URL('../dist/', import.meta.url).pathname;
const assets = join(dist, 'assets');
const page = readFileSync(join(dist, 'index.html'), 'utf8');
const entry = /src="[^"]*assets\/(index-[^"]+\.js)"/.exec(page)[1];

/** The names in the text of a script that `pattern` finds. */
function named(script, pattern) {
  return [...readFileSync(join(assets, script), 'utf8').matchAll(pattern)].map((found) => found[1]);
}
const imported = (script) => named(script, /(?:from|import)\s*"\.\/([^"]+\.js)"/g);
const loadedLater = (script) => named(script, /import\("\.\/([^"]+\.js)"\)/g);

/** The scripts that the given ones need at once, themselves included. */
function needed(scripts, known = new Set()) {
  for (const script of scripts) {
    if (known.has(script)) continue;
    known.add(script);
    needed(imported(script), known);
  }
  return known;
}

// Small scripts are not compressed.
const sent = (script) => [`${script}.gz`, script].map((name) => join(assets, name)).find(existsSync);
const bytes = (scripts) => [...scripts].reduce((sum, script) => sum + statSync(sent(script)).size, 0);
const kib = (files) => Math.ceil(bytes(files) / 1024);

/** The script that the entry loads for one of its two faces. */
const loaded = (name) => {
  const found = loadedLater(entry).find((script) => script.startsWith(`${name}-`));
  if (!found) throw new Error(`${name} is not loaded by the entry`);
  return found;
};

const entrance = loaded('showEntrance');
// The entry names the styles of what it loads; those of the entrance have its name.
const styles = [...page.matchAll(/assets\/([^"]+\.css)"/g)].map((found) => found[1]);
const own = named(entry, /assets\/(showEntrance-[^"]+\.css)"/g);
const theme = [...page.matchAll(/assets\/(theme-[^"]+\.js)"/g)].map((found) => found[1]);
const login = kib([...needed([entry, entrance]), ...styles, ...own, ...theme, '../index.html']);
console.log(`log-in: ${login} KiB, ${loginMax} are allowed`);

const before = [entry, loaded('showConsole')];
const pages = [...needed(before)].flatMap(loadedLater).filter((script) => !before.includes(script) && script !== entrance);
const first = pages.map((script) => ({ script, kib: kib(needed([...before, script])) })).sort((a, b) => b.kib - a.kib);
if (first.length < 12) throw new Error(`only ${first.length} pages were found`);
console.log(`first page: at most ${first[0].kib} KiB of script (${first[0].script}), ${pageMax} are allowed`);
process.exit(login > loginMax || first[0].kib > pageMax ? 1 : 0);
