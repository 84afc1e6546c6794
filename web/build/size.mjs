// size.mjs KIB: fails when the scripts of a first page after the log-in are together larger than KIB, compressed by gzip. A
// first page needs the entry, the frame and the page, each with what it imports; what these load later is not counted.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const kibMax = Number(process.argv[2]);
const dist = new URL('../dist/', import.meta.url).pathname;
const assets = join(dist, 'assets');
const entry = /src="[^"]*assets\/(index-[^"]+\.js)"/.exec(readFileSync(join(dist, 'index.html'), 'utf8'))[1];

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
const frame = [...needed(loadedLater(entry))].find((script) => script.startsWith('Shell-'));
const before = [entry, frame];
const pages = [...needed(before)].flatMap(loadedLater).filter((script) => !before.includes(script));
const first = pages.map((page) => ({ page, kib: Math.ceil(bytes(needed([...before, page])) / 1024) })).sort((a, b) => b.kib - a.kib);
if (first.length < 12) throw new Error(`only ${first.length} pages were found`);
console.log(`first page: at most ${first[0].kib} KiB of script (${first[0].page}), ${kibMax} are allowed`);
process.exit(first[0].kib > kibMax ? 1 : 0);
