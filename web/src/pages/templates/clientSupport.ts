// What mail programs make of the HTML and CSS of a draft, by the tests of caniemail.com (web/client_support/).

/** The tests: for each feature its slug, its title and a letter for each mail program: y, n, a for partly, u for unknown. */
export interface SupportData {
  readonly source: string;
  readonly clients: readonly string[];
  readonly features: readonly (readonly [slug: string, title: string, support: string])[];
}

/** A feature of the draft that some mail programs do not show as meant. */
export interface SupportFinding {
  readonly slug: string;
  readonly title: string;
  /** Where it is used first; lines count from 1. */
  readonly line: number;
  readonly missing: readonly string[];
  readonly partial: readonly string[];
}

/** Where features are used first, by slug: offsets into the source. */
type Uses = Map<string, number>;

// Each pattern gives up soon where it does not fit, so that a draft of any shape is read in time that grows with its length.
const kTag = /<([a-z][a-z0-9]{0,30})((?:"[^"]*"|'[^']*'|[^<>"'])*)>/gi;
const kAttribute = /([a-z][a-z-]{0,30})\s{0,9}=\s{0,9}("[^"]*"|'[^']*'|[^\s"'>]+)/gi;
const kProperty = /(?:^|[{;"'\s])([a-z][a-z-]*)\s*:\s*([^;{}"']*)/gi;
const kImage = /\.(apng|avif|bmp|gif|heif|ico|jpe?g|mp4|png|svg|tiff?|webp)(?:[?#][^\s]*)?$/i;

/** Elements that the tests name otherwise than HTML does. */
const kElements: Readonly<Record<string, string>> = {
  h1: 'html-h1-h6', h2: 'html-h1-h6', h3: 'html-h1-h6', h4: 'html-h1-h6', h5: 'html-h1-h6', h6: 'html-h1-h6',
  ul: 'html-lists', ol: 'html-lists', dl: 'html-lists', map: 'html-image-maps', article: 'html-semantics',
  aside: 'html-semantics', figure: 'html-semantics', footer: 'html-semantics', header: 'html-semantics', main: 'html-semantics',
  nav: 'html-semantics', section: 'html-semantics',
};
/** Attributes that have a test of their own; those of layout that every program knows are not looked for. */
const kAttributes = new Set([
  'align', 'background', 'cellpadding', 'cellspacing', 'dir', 'hidden', 'lang', 'loading', 'popover', 'required', 'role', 'srcset', 'target', 'valign',
]);
const kAtRules = new Set(['font-face', 'import', 'keyframes', 'media', 'supports']);
const kPseudoElements = new Set(['after', 'before', 'first-letter', 'first-line', 'marker', 'placeholder']);
const kUnits = /[\d.](ch|cm|ex|in|mm|pc|rem|vh|vmax|vmin|vw)\b/gi;
const kFunctions: readonly (readonly [RegExp, string])[] = [
  [/\bcalc\(/i, 'css-unit-calc'], [/\bclamp\(/i, 'css-function-clamp'], [/\bmax\(/i, 'css-function-max'],
  [/\bmin\(/i, 'css-function-min'], [/\blight-dark\(/i, 'css-function-light-dark'], [/linear-gradient\(/i, 'css-linear-gradient'],
  [/radial-gradient\(/i, 'css-radial-gradient'], [/conic-gradient\(/i, 'css-conic-gradient'], [/\bvar\(/i, 'css-variables'],
];

function note(uses: Uses, slug: string, at: number): void {
  const before = uses.get(slug);
  if (before === undefined || at < before) uses.set(slug, at);
}

/** Declarations, in a style attribute or between the braces of a sheet, that begin at `at` of the source. */
function readDeclarations(css: string, at: number, uses: Uses): void {
  for (const found of css.matchAll(kProperty)) {
    const [whole, name, value] = [found[0], found[1]!.toLowerCase(), found[2]!];
    const place = at + found.index + whole.indexOf(found[1]!);
    note(uses, `css-${name}`, place);
    if (name === 'display') {
      const kind = /\b(flex|grid|none)\b/i.exec(value)?.[1]?.toLowerCase();
      if (kind) note(uses, `css-display-${kind}`, place);
    }
    for (const unit of value.matchAll(kUnits)) note(uses, `css-unit-${unit[1]!.toLowerCase()}`, place);
    for (const [pattern, slug] of kFunctions) if (pattern.test(value)) note(uses, slug, place);
  }
}

function readSelector(selector: string, at: number, uses: Uses): void {
  if (/prefers-color-scheme/i.test(selector)) note(uses, 'css-at-media-prefers-color-scheme', at);
  for (const found of selector.matchAll(/::?([a-z-]{1,40})/gi)) {
    const name = found[1]!.toLowerCase();
    note(uses, kPseudoElements.has(name) ? `css-pseudo-element-${name}` : `css-pseudo-class-${name}`, at + found.index);
  }
}

function readSheet(css: string, at: number, uses: Uses): void {
  readDeclarations(css, at, uses);
  for (const found of css.matchAll(/@([a-z-]+)/gi)) {
    const name = found[1]!.toLowerCase();
    if (kAtRules.has(name)) note(uses, `css-at-${name}`, at + found.index);
  }
  // A selector, or the condition of a rule, is what stands before a brace.
  let start = 0;
  for (const mark of css.matchAll(/[{};]/g)) {
    if (mark[0] === '{') readSelector(css.slice(start, mark.index), at + start, uses);
    start = mark.index + 1;
  }
}

/** What stands between <style> and </style>. */
function readSheets(html: string, uses: Uses): void {
  const lower = html.toLowerCase();
  for (let at = lower.indexOf('<style'); at >= 0; ) {
    const begin = lower.indexOf('>', at) + 1;
    const end = begin > 0 ? lower.indexOf('</style', begin) : -1;
    if (end < 0) return;
    readSheet(html.slice(begin, end), begin, uses);
    at = lower.indexOf('<style', end);
  }
}

function readTags(html: string, uses: Uses): void {
  for (const found of html.matchAll(kTag)) {
    const name = found[1]!.toLowerCase();
    note(uses, kElements[name] ?? `html-${name}`, found.index);
    const attributesAt = found.index + 1 + name.length;
    for (const attribute of found[2]!.matchAll(kAttribute)) {
      const key = attribute[1]!.toLowerCase();
      const value = attribute[2]!.replace(/^["']|["']$/g, '');
      const at = attributesAt + attribute.index;
      if (key === 'style') readDeclarations(value, at + attribute[0].indexOf(value), uses);
      else if (key === 'src') {
        if (/^data:/i.test(value)) note(uses, 'image-base64', at);
        const kind = kImage.exec(value)?.[1]?.toLowerCase();
        if (kind) note(uses, `image-${kind === 'jpeg' ? 'jpg' : kind === 'tif' ? 'tiff' : kind}`, at);
      } else if (key === 'href' && /^mailto:/i.test(value)) note(uses, 'html-mailto-links', at);
      else if (key === 'href' && /^#./.test(value)) note(uses, 'html-anchor-links', at);
      else if (kAttributes.has(key) || key.startsWith('aria-')) note(uses, `html-${key}`, at);
    }
  }
}

/** What of a draft some mail programs do not show, or not as meant: what most of them lack first. */
export function supportOf(html: string, data: SupportData): SupportFinding[] {
  const uses: Uses = new Map();
  readTags(html, uses);
  readSheets(html, uses);
  const findings: SupportFinding[] = [];
  for (const [slug, title, support] of data.features) {
    const at = uses.get(slug);
    if (at === undefined) continue;
    const clients = (letter: string) => data.clients.filter((_, index) => support[index] === letter);
    const [missing, partial] = [clients('n'), clients('a')];
    if (missing.length + partial.length === 0) continue;
    findings.push({ slug, title, line: html.slice(0, at).split('\n').length, missing, partial });
  }
  return findings.sort((a, b) => b.missing.length - a.missing.length || b.partial.length - a.partial.length);
}
