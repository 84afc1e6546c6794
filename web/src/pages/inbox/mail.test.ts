import { describe, expect, it } from 'vitest';
import { toBase64 } from '../templates/variables';
import { linksOf, remotePictures } from './html';
import { checkMail, readMail, withPictures } from './mail';

const kMail = [
  'From: The Shop <news@mail.shop.example>',
  'To: ada@brightmail.example',
  'Subject: =?utf-8?B?5p2O5Lyf?= and you',
  'MIME-Version: 1.0',
  'List-Unsubscribe: <https://shop.example/u/1>',
  'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
  'Content-Type: multipart/related; boundary=b',
  '',
  '--b',
  'Content-Type: multipart/alternative; boundary=c',
  '',
  '--c',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'Gr=C3=BC=C3=9Fe',
  '--c',
  'Content-Type: text/html; charset=gb18030',
  'Content-Transfer-Encoding: base64',
  '',
  'PGltZyBzcmM9ImNpZDpsYW1wIj48aW1nIHNyYz0iaHR0cHM6Ly94LmV4YW1wbGUvYS5wbmciIGFsdD0iIj48YSBocmVmPSJqYXZhc2NyaXB0OmFsZXJ0KDEpIj7A7s6wPC9hPg==',
  '--c--',
  '--b',
  'Content-Type: image/png; name=lamp.png',
  'Content-ID: <lamp>',
  'Content-Transfer-Encoding: base64',
  '',
  'iVBORw0KGgo=',
  '--b--',
  '',
].join('\r\n');

describe('a mail', () => {
  it('is taken apart: headers decoded, both texts in their character sets, files', async () => {
    const mail = await readMail(toBase64(kMail));
    expect(mail.subject).toBe('李伟 and you');
    expect(mail.text.trim()).toBe('Grüße');
    expect(mail.html).toContain('李伟');
    expect(mail.files.map((file) => [file.name, file.type, file.shown])).toEqual([['lamp.png', 'image/png', true]]);
    expect(mail.headers[0]).toEqual({ name: 'From', value: 'The Shop <news@mail.shop.example>' });
    expect(mail.source).toContain('quoted-printable');
  });
  it('shows its own pictures as data and names those from elsewhere', async () => {
    const mail = await readMail(toBase64(kMail));
    expect(withPictures(mail)).toContain('src="data:image/png;base64,iVBORw0KGgo="');
    expect(remotePictures(mail.html)).toEqual(['https://x.example/a.png']);
  });
  it('is checked without asking anybody', async () => {
    const mail = await readMail(toBase64(kMail));
    expect(checkMail(mail).map((finding) => [finding.check, finding.good])).toEqual([
      ['signature', false], ['unsubscribe', true], ['text', true], ['size', true], ['pictures', false],
      ['links', false],
    ]);
    expect(linksOf(mail.html)).toEqual([{ target: 'javascript:alert(1)', text: '李伟' }]);
  });
});
