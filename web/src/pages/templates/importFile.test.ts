// @vitest-environment node
import { describe, expect, it } from 'vitest';

import { decodeHtml, importFile } from './importFile';

/** What a file of the browser offers; the one of jsdom cannot be read. */
function fileOf(bytes: Uint8Array, name: string) {
  return { name, type: '', size: bytes.length, arrayBuffer: () => Promise.resolve(bytes.slice().buffer as ArrayBuffer) };
}

describe('an imported file', () => {
  it('is decoded by its mark, by what it says, or by what it is', () => {
    const utf8 = new TextEncoder().encode('<meta charset="gb18030"><p>é</p>');
    expect(decodeHtml(Uint8Array.of(0xff, 0xfe, 0x3c, 0, 0x70, 0))).toBe('<p');
    expect(decodeHtml(new TextEncoder().encode('<p>李</p>'))).toBe('<p>李</p>');
    expect(decodeHtml(Uint8Array.of(0x3c, 0x70, 0x3e, 0xc0, 0xee))).toBe('<p>李');
    expect(decodeHtml(utf8)).toContain('<p>');
  });
  it('says UTF-8 from now on, and offers its title as a subject', async () => {
    const bytes = Uint8Array.of(...new TextEncoder().encode('<meta charset=gbk><title>A b</title>'), 0xc0, 0xee);
    expect(await importFile(fileOf(bytes, 'page.html'))).toEqual({
      html: '<meta charset=utf-8><title>A b</title>李', text: '', subject: 'A b',
    });
  });
  it('may be a mail', async () => {
    const mail = 'Subject: Hi\r\nContent-Type: text/plain\r\n\r\nHello\r\n';
    expect(await importFile(fileOf(new TextEncoder().encode(mail), 'a.eml'))).toMatchObject({ subject: 'Hi', text: 'Hello\n', html: '' });
  });
});
