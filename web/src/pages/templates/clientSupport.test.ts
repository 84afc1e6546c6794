import { describe, expect, it } from 'vitest';

import data from '../../../client_support/data.json';
import { supportOf, type SupportData } from './clientSupport';

const kData = data as unknown as SupportData;
const slugs = (html: string) => supportOf(html, kData).map((finding) => finding.slug);

describe('what mail programs make of a draft', () => {
  it('has a letter for every program', () => {
    expect(kData.features.length).toBeGreaterThan(250);
    for (const [slug, , support] of kData.features) expect(`${slug} ${support.length}`).toBe(`${slug} ${kData.clients.length}`);
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
  it('finds elements, attributes and pictures', () => {
    const found = slugs('<video src="a.mp4"></video><img src="data:image/png;base64,AA" srcset="b.png 2x"><form></form><section></section>');
    for (const slug of ['html-video', 'image-mp4', 'image-base64', 'html-srcset', 'html-form', 'html-semantics']) expect(found).toContain(slug);
  });
  it('names who lacks it, the most lacked first, and says nothing of words', () => {
    const found = supportOf('<p>position: fixed; display: grid</p><p style="position:fixed">x</p>', kData);
    expect(found.map((finding) => finding.slug)).toContain('css-position');
    expect(found.map((finding) => finding.slug)).not.toContain('css-display-grid');
    expect(found[0]!.missing.length).toBeGreaterThan(0);
    expect(found.map((finding) => finding.missing.length)).toEqual(found.map((finding) => finding.missing.length).sort((a, b) => b - a));
  });
  it('reads hostile drafts in a moment', () => {
    const hostile = [
      '<a ', '<a "', "<a '", '<style>', 'a:', '@media ', ':a', 'a', ' ', '"', '<p style=', '<a b=',
    ].flatMap((piece) => {
      const many = piece.repeat(50_000);
      return [many, `<p ${many}>`, `<p style="${many}">`, `<style>${many}</style>`];
    });
    for (const html of hostile) expect(slugs(html).length).toBeLessThan(20);
  });
});
