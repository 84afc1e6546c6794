import { describe, expect, it } from 'vitest';

import data from '../../../client_support/data.json';
import { supportOf, type SupportData } from './clientSupport';

const kData = data as unknown as SupportData;
const slugs = (html: string) => supportOf(html, kData).map((finding) => finding.slug);

/** Features that no name in a draft gives away: what a picture holds. */
const kHidden = ['image-hdr'];

const kElements =
  'abbr acronym address article audio base bdi blockquote body code dfn dialog form hr marquee meter object picture pre progress ruby rp rt ' +
  'select small strike svg table textarea ul video wbr map h1';
const kInputs = 'checkbox hidden radio reset submit text';
const kAttributes =
  'align background dir height hidden lang loading popover required role srcset target width ' +
  'aria-describedby aria-hidden aria-label aria-labelledby aria-live';
const kDeclarations =
  'accent-color align-items animation-name aspect-ratio backdrop-filter background background-blend-mode background-clip background-color ' +
  'background-image background-origin background-position background-repeat background-size block-size border-top border-image border-inline ' +
  'border-inline-start border-block-end-color border-top-left-radius border-start-start-radius border-spacing box-shadow box-sizing caption-side ' +
  'clear clip-path color-scheme column-count column-rule cursor direction empty-cells filter float font-kerning font-size font-stretch ' +
  'font-weight row-gap grid-template-columns height hyphenate-character hyphenate-limit-chars hyphens inline-size inset-inline justify-content ' +
  'left letter-spacing line-height list-style list-style-image list-style-position margin-top margin-block-start margin-inline ' +
  'margin-inline-end mask-image max-block-size max-height max-inline-size max-width min-block-size min-height min-inline-size min-width ' +
  'mix-blend-mode object-fit object-position opacity orphans outline outline-offset overflow overflow-wrap padding-top padding-block-end ' +
  'padding-inline padding-inline-start position resize scroll-snap-type shape-margin shape-outside tab-size table-layout text-align ' +
  'text-align-last text-decoration text-decoration-color text-decoration-line text-decoration-skip-ink text-decoration-style ' +
  'text-decoration-thickness text-emphasis text-emphasis-position text-indent text-justify text-orientation text-overflow text-shadow ' +
  'text-transform text-underline-offset text-underline-position text-wrap transform transition-delay user-select visibility white-space ' +
  'white-space-collapse widows width word-break word-spacing word-wrap writing-mode z-index';
const kValues = [
  'calc(1px)', 'clamp(1px)', 'max(1px)', 'min(1px)', 'light-dark(red)', 'linear-gradient(red)', 'radial-gradient(red)', 'conic-gradient(red)',
  'var(--x)', 'rgb(0 0 0)', 'rgba(0, 0, 0, 0)', 'oklch(0 0 0)', 'fit-content', 'initial', 'red !important', '1ch', '1rem', '1vh', '1vmax',
  '1vmin', '1vw',
];
const kPseudo =
  ':active :checked :first-child :first-of-type :focus :has(a) :hover :lang(en) :last-child :last-of-type :link :not(a) :nth-child(1) ' +
  ':nth-last-child(1) :nth-last-of-type(1) :nth-of-type(1) :only-child :only-of-type :target :visited ::after :before ::first-letter ' +
  '::first-line ::marker ::placeholder';
const kPictures = 'apng avif bmp gif heif ico mp4 svg tiff webp';

/** A draft with everything that the tests know. */
const kEverything = [
  '<!DOCTYPE html><meta name="color-scheme" content="dark"><link rel="stylesheet">',
  ...kElements.split(' ').map((name) => `<${name}>`),
  ...kInputs.split(' ').map((type) => `<input type=${type}>`),
  '<button>a</button><button type="reset">b</button>',
  ...kAttributes.split(' ').map((name) => `<p ${name}="a">`),
  '<a href="#part">a</a><a href="mailto:a@post.test">b</a><img src="data:image/png;base64,AA">',
  ...kPictures.split(' ').map((kind) => `<img src="a.${kind}">`),
  '<style>/* a */',
  '@import url(a.css);@font-face{}@keyframes a{from{color:red}}@supports (gap: 1px){}',
  '@media (prefers-color-scheme: dark) and (prefers-reduced-motion: reduce) and (orientation: landscape) and (hover){}',
  '@media (-webkit-min-device-pixel-ratio: 2){}',
  ...kPseudo.split(' ').map((name) => `a${name}{}`),
  'a,b{}a[href]{}*{}#a{}.a.b{}a>b{}a+b{}a~b{}a b{}a{b{}}',
  ...kDeclarations.split(' ').map((name) => `a{${name}:a}`),
  ...kValues.map((value) => `a{color:${value}}`),
  'a{flex-direction:column;flex-wrap:wrap;font-family:"A", system-ui;display:flex}a{display:grid}a{display:none}',
  '</style>',
].join('\n');

describe('what mail programs make of a draft', () => {
  it('has a letter for every program', () => {
    expect(kData.features.length).toBeGreaterThan(250);
    for (const [slug, , support] of kData.features) expect(`${slug} ${support.length}`).toBe(`${slug} ${kData.clients.length}`);
  });
  it('finds every feature that some program lacks', () => {
    const lacked = kData.features.filter(([, , support]) => /[na]/.test(support)).map(([slug]) => slug);
    const found = new Set(slugs(kEverything));
    expect(lacked.filter((slug) => !found.has(slug))).toEqual(kHidden);
  });
  it('finds styles of elements and of sheets, with their lines', () => {
    const html = '<table>\n<tr><td style="display:flex; width: 50vw">Hello {{name}}</td></tr>\n</table>\n<style>\n@media (max-width: 9em) { p { gap: 2px } }\na:hover { color: red }</style>';
    const found = supportOf(html, kData);
    const at = Object.fromEntries(found.map((finding) => [finding.slug, finding.line]));
    expect(at['css-display-flex']).toBe(2);
    expect(at['css-unit-vw']).toBe(2);
    expect(at['css-at-media']).toBe(5);
    expect(at['css-gap']).toBe(5);
    expect(at['css-pseudo-class-hover']).toBe(6);
  });
  it('finds elements, attributes without a value, and pictures', () => {
    const found = slugs('<video src="a.mp4"></video><img src="data:image/png;base64,AA" srcset="b.png 2x"><form><input required></form><p hidden>');
    for (const slug of ['html-video', 'image-base64', 'html-srcset', 'html-form', 'html-required', 'html-hidden']) expect(found).toContain(slug);
    // A video in its own element is no picture.
    expect(found).not.toContain('image-mp4');
  });
  it('takes elements and attributes of the same name apart', () => {
    expect(slugs('<dir>')).not.toContain('html-dir');
    expect(slugs('<p title="hidden loading=lazy <form>">')).toEqual([]);
    expect(slugs('<p data-hidden>')).toEqual([]);
  });
  it('names who lacks it, the most lacked first, and says nothing of words', () => {
    const found = supportOf('<p>position: fixed; display: grid</p><p style="position:fixed">x</p>', kData);
    expect(found.map((finding) => finding.slug)).toContain('css-position');
    expect(found.map((finding) => finding.slug)).not.toContain('css-display-grid');
    expect(found[0]!.missing.length).toBeGreaterThan(0);
    expect(found.map((finding) => finding.missing.length)).toEqual(found.map((finding) => finding.missing.length).sort((a, b) => b - a));
  });
  it('says nothing of what stands in comments, for Outlook alone, or comes from variables', () => {
    expect(slugs('<!-- <video> --><!--[if mso]><form style="gap: 1px"><![endif]--><p>a</p>')).toEqual([]);
    // What is for all others is none of a comment.
    expect(slugs('<!--[if !mso]><!--><video></video><!--<![endif]-->')).toEqual(['html-video']);
    expect(slugs('<!--><video></video>')).toEqual(['html-video']);
    // Old sheets stand between signs of comments, and hold styles all the same.
    expect(slugs('<style><!--\np { gap: 1px }\n--></style>')).toContain('css-gap');
    const sheet = supportOf('<style>\n/* p { gap: 1px; position: fixed } */\np { filter: none }</style>', kData);
    const at = Object.fromEntries(sheet.map((finding) => [finding.slug, finding.line]));
    expect(at['css-comments']).toBe(2);
    expect(at['css-filter']).toBe(3);
    expect(at['css-gap']).toBeUndefined();
    expect(at['css-position']).toBeUndefined();
    expect(slugs('<p style="color: {{gap:x}}">{{<video>}}</p>')).toEqual([]);
  });
  it('reads styles around strings, entities and nested rules', () => {
    expect(slugs('<p style="font-family: &quot;Segoe UI&quot;, system-ui; gap: 1px">')).toEqual(expect.arrayContaining(['css-sytem-ui', 'css-gap']));
    expect(slugs(`<p style='font-family: "a;gap:1px"'>`)).toEqual([]);
    expect(slugs('<style>@media all { a { color: red } }</style>')).not.toContain('css-nesting');
    expect(slugs('<style>a { b { color: red } }</style>')).toContain('css-nesting');
    expect(slugs('<style>@keyframes a { from { color: red } }</style>')).not.toContain('css-selector-type');
  });
});

/** The time that the processor takes, whatever else it does: the least of some tries, in microseconds. */
function costOf(html: string): number {
  const tries = Array.from({ length: 3 }, () => {
    const before = process.cpuUsage();
    supportOf(html, kData);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  return Math.min(...tries);
}

describe('a hostile draft', () => {
  const kGrown = 8;
  const kSmall = 2_000;
  /** Below it the clock says more than the work. */
  const kLeastUs = 1_000;
  const kPieces = [
    '<a ', '<a "', "<a '", '<a b="', '<!--', '<style>', 'a:', '@media ', ':a', 'a', ' ', '"', '<p style=', '<a b=', '/*', '{{', '{', '.a', '(', 'a{',
  ];
  it.each(kPieces)('of many %j takes time that grows with its length', (piece) => {
    for (const around of [(s: string) => s, (s: string) => `<p ${s}>`, (s: string) => `<p style="${s}">`, (s: string) => `<style>${s}</style>`]) {
      const small = Math.max(costOf(around(piece.repeat(kSmall))), kLeastUs);
      const large = costOf(around(piece.repeat(kSmall * kGrown)));
      // Work that grows with the square would cost 64 times as much.
      expect(large / small).toBeLessThan(3 * kGrown);
    }
  });
});
