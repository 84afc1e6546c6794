import { describe, expect, it } from 'vitest';

import { htmlOf, unquoted } from './mail';

describe('htmlOf', () => {
  it('finds the part in a multipart mail', () => {
    const mail = [
      'Content-Type: multipart/alternative;',
      ' boundary="b1"',
      '',
      '--b1',
      'Content-Type: text/plain',
      '',
      'text',
      '--b1',
      'Content-Type: text/html; charset=utf-8',
      'Content-Transfer-Encoding: base64',
      '',
      'PHA+w7w8L3A+',
      '--b1--',
    ].join('\r\n');
    expect(htmlOf(mail)?.trim()).toBe('<p>ü</p>');
  });
  it('knows a mail without HTML', () => {
    expect(htmlOf('Content-Type: text/plain\r\n\r\nhello')).toBeUndefined();
  });
  it('reads quoted-printable', () => {
    expect(unquoted('a=C3=BC =\r\nb=3D')).toBe('aü b=');
  });
});
