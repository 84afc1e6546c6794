import { decodeText } from '../format/bytes';

/** The HTML part of a mail that this program composed: multipart or single, each part in base64 or quoted-printable. */
export function htmlOf(raw: string): string | undefined {
  const { head, body } = split(raw);
  const type = headerOf(head, 'content-type');
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (boundary) {
    for (const part of body.split(`--${boundary}`).slice(1)) {
      const found = htmlOf(part.replace(/^\r?\n/, ''));
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (!/^text\/html/i.test(type)) return undefined;
  const encoding = headerOf(head, 'content-transfer-encoding').toLowerCase();
  if (encoding === 'base64') return decodeText(body.replace(/\s/g, ''));
  if (encoding === 'quoted-printable') return unquoted(body);
  return body;
}

function split(raw: string): { head: string; body: string } {
  const at = /\r?\n\r?\n/.exec(raw);
  return at ? { head: raw.slice(0, at.index), body: raw.slice(at.index + at[0].length) } : { head: raw, body: '' };
}

function headerOf(head: string, name: string): string {
  const unfolded = head.replace(/\r?\n[ \t]+/g, ' ');
  return new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(unfolded)?.[1]?.trim() ?? '';
}

/** Quoted-printable (RFC 2045 §6.7) as UTF-8 text. */
export function unquoted(text: string): string {
  const joined = text.replace(/=\r?\n/g, '');
  const bytes: number[] = [];
  const plain = new TextEncoder();
  for (let i = 0; i < joined.length; i += 1) {
    const hex = joined[i] === '=' ? /^[0-9A-Fa-f]{2}/.exec(joined.slice(i + 1, i + 3))?.[0] : undefined;
    if (hex) {
      bytes.push(parseInt(hex, 16));
      i += 2;
    } else {
      bytes.push(...plain.encode(joined[i]));
    }
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
