// The features of a style sheet, or of a style attribute.

import { blankOut, note, type Uses } from './featureUses';

/** Properties that the tests name otherwise, or several together. */
const kProperties: readonly (readonly [RegExp, string])[] = [
  [/^(?:column|row|grid|grid-column|grid-row)-gap$/, 'css-gap'],
  [/^(?:block|inline)-size$/, 'css-block-inline-size'],
  [/^(?:left|right|top|bottom)$/, 'css-left-right-top-bottom'],
  [/^inset-/, 'css-inset'],
  [/^grid-template/, 'css-grid-template'],
  [/^columns$|^column-(?:fill|rule|rule-color|rule-style|rule-width|span|width)$/, 'css-column-layout-properties'],
  [/^scroll-snap-/, 'css-scroll-snap'],
  [/^animation-/, 'css-animation'],
  [/^transition-/, 'css-transition'],
  [/^border-(?:top|right|bottom|left|width|style|color)\b(?!.*radius)/, 'css-border'],
  [/^border-(?:top|bottom)-(?:left|right)-radius$/, 'css-border-radius'],
  [/^border-(?:start|end)-(?:start|end)-radius$/, 'css-border-radius-logical'],
  [/^border-(?:inline|block)$/, 'css-border-inline-block'],
  [/^border-(?:inline|block)-(?:color|style|width|start|end)$/, 'css-border-inline-block-individual'],
  [/^border-(?:inline|block)-(?:start|end)-(?:color|style|width)$/, 'css-border-inline-block-longhand'],
  [/^margin-(?:top|right|bottom|left)$/, 'css-margin'],
  [/^margin-(?:inline|block)$/, 'css-margin-inline-block'],
  [/^margin-inline-(?:start|end)$/, 'css-margin-inline-start-end'],
  [/^margin-block-(?:start|end)$/, 'css-margin-block-start-end'],
  [/^padding-(?:top|right|bottom|left)$/, 'css-padding'],
  [/^padding-(?:inline|block)$/, 'css-padding-inline-block'],
  [/^padding-inline-(?:start|end)$/, 'css-padding-inline-start-end'],
  [/^padding-block-(?:start|end)$/, 'css-padding-block-start-end'],
];

/** What stands in values, whatever the property. */
const kValues: readonly (readonly [RegExp, string])[] = [
  [/\bcalc\(/i, 'css-unit-calc'], [/\bclamp\(/i, 'css-function-clamp'], [/\bmax\(/i, 'css-function-max'],
  [/\bmin\(/i, 'css-function-min'], [/\blight-dark\(/i, 'css-function-light-dark'], [/linear-gradient\(/i, 'css-linear-gradient'],
  [/radial-gradient\(/i, 'css-radial-gradient'], [/conic-gradient\(/i, 'css-conic-gradient'], [/\bvar\(/i, 'css-variables'],
  [/\brgb\(/i, 'css-rgb'], [/\brgba\(/i, 'css-rgba'], [/\b(?:ok)?(?:lch|lab)\(/i, 'css-modern-color'],
  [/\b(?:fit|min|max)-content\b/i, 'css-intrinsic-size'], [/\b(?:system-ui|ui-(?:serif|sans-serif|monospace|rounded))\b/i, 'css-sytem-ui'],
  [/^\s*initial\b/i, 'css-unit-initial'], [/!\s{0,9}important\b/i, 'css-important'], [/[\d.]%/, 'css-unit-percent'],
];
const kUnits = /[\d.](ch|cm|em|ex|in|mm|pc|pt|px|rem|vh|vmax|vmin|vw)\b/gi;

/** Of a property with one of these values alone the tests speak. */
const kOnlyWith: Readonly<Record<string, RegExp>> = { 'flex-direction': /\bcolumn/i, 'flex-wrap': /\bwrap/i };

const kConditions: readonly (readonly [RegExp, string])[] = [
  [/prefers-color-scheme/i, 'css-at-media-prefers-color-scheme'], [/prefers-reduced-motion/i, 'css-at-media-prefers-reduced-motion'],
  [/\borientation\b/i, 'css-at-media-orientation'], [/device-pixel-ratio/i, 'css-at-media-device-pixel-ratio'],
  [/\b(?:any-)?hover\b/i, 'css-at-media-hover'],
];

const kPseudoElements = new Set(['after', 'before', 'first-letter', 'first-line', 'marker', 'placeholder']);

/** What a selector without its strings and parentheses is made of. */
const kSelectors: readonly (readonly [RegExp, string])[] = [
  [/,/, 'css-selector-grouping'], [/\[/, 'css-selector-attribute'], [/\*/, 'css-selector-universal'], [/#[\w-]/, 'css-selector-id'],
  [/\.[\w-]/, 'css-selector-class'], [/\.[\w-]+[.#]/, 'css-selector-chaining'], [/>/, 'css-selector-child'],
  [/\+/, 'css-selector-adjacent-sibling'], [/~/, 'css-selector-general-sibling'], [/[\w\])*-]\s+[\w.#[*:]/, 'css-selector-descendant'],
  [/(?:^|[\s>+~,])[a-z]/i, 'css-selector-type'],
];

const kStrings = /"[^"\n]*"|'[^'\n]*'/g;
const kMarks = /"[^"\n]*"|'[^'\n]*'|[{};]/g;

function readDeclaration(text: string, at: number, uses: Uses): void {
  const found = /^\s*(--)?([a-z][a-z0-9-]*)\s*:/i.exec(text);
  if (!found) {
    readStatement(text, at, uses);
    return;
  }
  const place = at + found[0].length - found[0].trimStart().length;
  if (found[1]) note(uses, 'css-variables', place);
  const name = found[2]!.toLowerCase();
  const value = blankOut(text.slice(found[0].length), kStrings);
  if (kOnlyWith[name]?.test(value) ?? true) note(uses, `css-${name}`, place);
  for (const [pattern, slug] of kProperties) if (pattern.test(name)) note(uses, slug, place);
  if (name === 'display') {
    const kind = /\b(flex|grid|none)\b/i.exec(value)?.[1]?.toLowerCase();
    if (kind) note(uses, `css-display-${kind}`, place);
  }
  for (const unit of value.matchAll(kUnits)) note(uses, `css-unit-${unit[1]!.toLowerCase()}`, place);
  for (const [pattern, slug] of kValues) if (pattern.test(value)) note(uses, slug, place);
}

/** An at-rule, such as `@import`; its name, and the conditions of `@media`, have tests. */
function readStatement(text: string, at: number, uses: Uses): string | undefined {
  const found = /^\s*@([a-z-]+)/i.exec(text);
  if (!found) return undefined;
  const name = found[1]!.toLowerCase();
  const place = at + text.indexOf('@');
  note(uses, `css-at-${name}`, place);
  if (name === 'media') for (const [pattern, slug] of kConditions) if (pattern.test(text)) note(uses, slug, place);
  return name;
}

function readSelector(text: string, at: number, uses: Uses): void {
  const place = at + text.length - text.trimStart().length;
  const selector = blankOut(text, kStrings);
  for (const found of selector.matchAll(/::?([a-z-]{1,40})/gi)) {
    const name = found[1]!.toLowerCase();
    note(uses, kPseudoElements.has(name) ? `css-pseudo-element-${name}` : `css-pseudo-class-${name}`, at + found.index);
  }
  const bare = selector.replace(/\([^()]*\)/g, '').trim();
  for (const [pattern, slug] of kSelectors) if (pattern.test(bare)) note(uses, slug, place);
}

/** Comments, and the variables of templates, as blanks: what they hold is no style. */
function withoutComments(css: string, at: number, uses: Uses): string {
  const pieces: string[] = [];
  let done = 0;
  // A string may hold the signs of a comment.
  const begin = /"[^"\n]*"|'[^'\n]*'|\/\*/g;
  for (let found = begin.exec(css); found; found = begin.exec(css)) {
    if (found[0] !== '/*') continue;
    note(uses, 'css-comments', at + found.index);
    const end = css.indexOf('*/', found.index + 2);
    const next = end < 0 ? css.length : end + 2;
    pieces.push(css.slice(done, found.index), ' '.repeat(next - found.index));
    done = next;
    begin.lastIndex = next;
  }
  pieces.push(css.slice(done));
  return blankOut(pieces.join(''), /\{\{[^{}]*\}\}/g);
}

/** Reads a sheet that begins at `at` of the draft; a style attribute is a sheet without selectors. */
export function readCss(source: string, at: number, uses: Uses): void {
  const css = withoutComments(source, at, uses);
  /** The open blocks: the name of an at-rule, or empty for the block of a selector. */
  const open: string[] = [];
  let selectors = 0;
  let start = 0;
  for (const mark of css.matchAll(kMarks)) {
    if (mark[0].length > 1) continue;
    const text = css.slice(start, mark.index);
    if (mark[0] === '{') {
      const name = readStatement(text, at + start, uses);
      const isSelector = name === undefined && !/keyframes$/.test(open.at(-1) ?? '');
      if (isSelector) {
        if (selectors > 0) note(uses, 'css-nesting', at + mark.index);
        readSelector(text, at + start, uses);
        selectors += 1;
      }
      open.push(name ?? (isSelector ? '' : 'step'));
    } else {
      readDeclaration(text, at + start, uses);
      if (mark[0] === '}' && open.pop() === '') selectors -= 1;
    }
    start = mark.index + 1;
  }
  readDeclaration(css.slice(start), at + start, uses);
}
