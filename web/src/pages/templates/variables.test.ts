import { describe, expect, it } from 'vitest';
import { findVariables, fromBase64, textOfHtml, toBase64 } from './variables';

describe('the variables of a template', () => {
  it('are found in all parts, each once, with blanks in braces as one', () => {
    expect(findVariables({ subject: 'Hi {{name}}', html: '<p>{{ name }} in {{ home  town }}</p>', text: '' })).toEqual([
      { name: 'name', times: 2, parts: ['subject', 'html'] },
      { name: 'home town', times: 1, parts: ['html'] },
    ]);
  });
  it('are no style rules, and no braces around something else', () => {
    expect(findVariables({ html: 'p{color:red}\n{{#if x}} {name} {{na<b>me</b>}}' })).toEqual([]);
  });
});

describe('base64', () => {
  it('carries any text there and back', () => {
    const text = 'Hello 李伟 🎉\n'.repeat(9000);
    expect(fromBase64(toBase64(text))).toBe(text);
  });
});

describe('the text of html', () => {
  it('keeps lines, lists, links and pictures', () => {
    expect(textOfHtml(
      '<head><title>x</title></head><p>Good&nbsp;day, {{name}} &amp; all</p><ul><li>one<li>two</ul>' +
      '<a href="https://shop.example/">Open</a> <img src="x" alt="A lamp"><script>alert(1)</script>',
    )).toBe('Good day, {{name}} & all\n\n- one\n- two\nOpen (https://shop.example/) A lamp');
  });
});
