// The features of a draft: its elements, attributes and pictures, and what its styles use. It is no parser, and reads a
// draft of any shape in time that grows with its length: each pattern gives up soon where it does not fit.

import { readCss } from './cssFeatures';
import { blankOut, note, type Uses } from './featureUses';

const kPart = /<!--|<style\b/gi;
const kTag = /<([a-z][a-z0-9-]*)/gi;
/** An attribute, read from where the one before has ended. */
const kAttribute = /[\s/]*(=?[^\s/>=]+|=)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>]*))?/y;
const kImage = /\.(apng|avif|bmp|gif|hei[cf]|ico|jpe?g|mp4|png|svg|tiff?|webp)(?:[?#][^\s]*)?$/i;
const kDataImage = /^data:(?:image|video)\/([a-z0-9]{1,20})/i;
const kImageNames: Readonly<Record<string, string>> = { jpeg: 'jpg', tif: 'tiff', heic: 'heif' };

/** Elements that the tests name otherwise than HTML does. */
const kElements: Readonly<Record<string, string>> = {
  map: 'html-image-maps',
  ...Object.fromEntries(['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((name) => [name, 'html-h1-h6'])),
  ...Object.fromEntries(['ul', 'ol', 'dl'].map((name) => [name, 'html-lists'])),
  ...Object.fromEntries(
    [
      'article', 'aside', 'details', 'figcaption', 'figure', 'footer', 'header', 'main', 'mark', 'nav', 'section', 'summary', 'time',
    ].map((name) => [name, 'html-semantics']),
  ),
};

/** Attributes with a test, by the slug of the test. */
const kAttributes: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'align', 'background', 'cellpadding', 'cellspacing', 'dir', 'height', 'hidden', 'lang', 'popover', 'required', 'role', 'srcset',
      'target', 'valign', 'width',
    ].map((name) => [name, `html-${name}`]),
  ),
  loading: 'html-loading-attribute',
  sizes: 'html-srcset',
};
const kAttributeSlugs: ReadonlySet<string> = new Set(Object.values(kAttributes));

/** The markup without comments and styles, which are blanks; the sheets are read on the way. */
function markupOf(html: string, uses: Uses): string {
  const pieces: string[] = [];
  let done = 0;
  kPart.lastIndex = 0;
  for (let found = kPart.exec(html); found; found = kPart.exec(html)) {
    // `<!-->` is a comment, too. What is never closed goes to the end.
    const isComment = found[0] === '<!--';
    const opened = isComment ? -1 : html.indexOf('>', found.index);
    const begin = isComment ? found.index + 2 : opened < 0 ? html.length : opened + 1;
    const end = html.indexOf(isComment ? '-->' : '</style', begin);
    const next = end < 0 ? html.length : isComment ? end + 3 : end;
    const blankFrom = isComment ? found.index : begin;
    if (isComment) note(uses, 'html-comments', found.index);
    else readCss(html.slice(begin, next), begin, uses);
    pieces.push(html.slice(done, blankFrom), ' '.repeat(next - blankFrom));
    done = next;
    kPart.lastIndex = next;
  }
  pieces.push(html.slice(done));
  return pieces.join('');
}

/** The entities of quotes as quotes, with blanks behind them: a semicolon would end the declaration. */
const withQuotes = (style: string) =>
  style.replace(/&(?:quot|#34|apos|#39);/g, (entity) => (/quot|34/.test(entity) ? '"' : "'").padEnd(entity.length));

interface Attribute {
  readonly name: string;
  readonly value: string;
  readonly at: number;
  /** Where the value begins. */
  readonly valueAt: number;
}

/** The attributes behind the name of an element, which ends at `from`. */
function attributesOf(html: string, from: number): readonly Attribute[] {
  const attributes: Attribute[] = [];
  kAttribute.lastIndex = from;
  for (let found = kAttribute.exec(html); found; found = kAttribute.exec(html)) {
    const quoted = found[2] ?? '';
    const isQuoted = quoted.length > 1 && /^["']/.test(quoted) && quoted.endsWith(quoted[0]!);
    attributes.push({
      name: found[1]!.toLowerCase(),
      value: isQuoted ? quoted.slice(1, -1) : quoted,
      at: found.index + found[0].indexOf(found[1]!),
      valueAt: kAttribute.lastIndex - quoted.length + (isQuoted ? 1 : 0),
    });
  }
  return attributes;
}

/** What the kind of an element adds: `<input type="text">` and `<meta name="color-scheme">` have tests of their own. */
function readKind(element: string, attributes: readonly Attribute[], at: number, uses: Uses): void {
  const valueOf = (name: string) => attributes.find((one) => one.name === name)?.value.trim().toLowerCase();
  if (element === 'input') note(uses, `html-input-${valueOf('type') || 'text'}`, at);
  if (element === 'button') note(uses, `html-button-${valueOf('type') || 'submit'}`, at);
  if (element === 'meta' && valueOf('name')) note(uses, `html-meta-${valueOf('name')}`, at);
}

function readImage(source: string, at: number, uses: Uses): void {
  const inside = kDataImage.exec(source);
  if (inside) note(uses, 'image-base64', at);
  const kind = (inside ?? kImage.exec(source))?.[1]?.toLowerCase();
  if (kind) note(uses, `image-${kImageNames[kind] ?? kind}`, at);
}

function readAttribute(element: string, { name, value, at, valueAt }: Attribute, uses: Uses): void {
  const slug = kAttributes[name] ?? (name.startsWith('aria-') ? `html-${name}` : undefined);
  if (slug) note(uses, slug, at);
  if (name === 'style') readCss(withQuotes(value), valueAt, uses);
  if (name === 'src' && (element === 'img' || element === 'input')) readImage(value, at, uses);
  if (name === 'href' && /^\s*mailto:/i.test(value)) note(uses, 'html-mailto-links', at);
  if (name === 'href' && /^\s*#./.test(value)) note(uses, 'html-anchor-links', at);
}

/** Where a draft uses what first. */
export function featuresOf(html: string): Uses {
  const uses: Uses = new Map();
  const doctype = html.search(/<!doctype\s+html\s*>/i);
  if (doctype >= 0) note(uses, 'html-doctype', doctype);
  const markup = blankOut(markupOf(html, uses), /\{\{[^{}]*\}\}/g);
  kTag.lastIndex = 0;
  for (let found = kTag.exec(markup); found; found = kTag.exec(markup)) {
    const element = found[1]!.toLowerCase();
    const attributes = attributesOf(markup, kTag.lastIndex);
    const slug = kElements[element] ?? `html-${element}`;
    if (!kAttributeSlugs.has(slug)) note(uses, slug, found.index);
    readKind(element, attributes, found.index, uses);
    for (const attribute of attributes) readAttribute(element, attribute, uses);
    // A tag goes as far as its attributes.
    const last = attributes.at(-1);
    if (last) kTag.lastIndex = Math.max(kTag.lastIndex, last.valueAt + last.value.length, last.at + last.name.length);
  }
  return uses;
}
