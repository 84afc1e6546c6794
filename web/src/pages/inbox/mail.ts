// A mail of the sandbox inbox, taken apart for the screen. postal-mime reads the MIME; nothing of it is ever parsed as
// HTML here: the HTML part goes, as text, to the frame that shows it.

import PostalMime from 'postal-mime';
import { base64ToBytes, bytesToBase64 } from '../templates/variables';
import { linksOf } from './html';

export interface Header {
  readonly name: string;
  readonly value: string;
}

export interface File {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly contentId: string;
  /** Whether the HTML shows it. */
  readonly shown: boolean;
}

export interface Mail {
  readonly headers: readonly Header[];
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly files: readonly File[];
  readonly source: string;
  readonly bytes: number;
}

/** At most this much of the source is laid out on the screen; all of it can be downloaded. */
export const kSourceCharactersMax = 512 * 1024;

/** Takes a mail apart. Rejects when it is no mail. */
export async function readMail(base64: string): Promise<Mail> {
  const bytes = base64ToBytes(base64);
  const parsed = await PostalMime.parse(bytes, { maxNestingDepth: 50 });
  const html = parsed.html ?? '';
  const files = parsed.attachments.map((attachment) => {
    const content = attachment.content;
    const contentId = (attachment.contentId ?? '').replace(/^<|>$/g, '');
    return {
      name: attachment.filename ?? '',
      type: attachment.mimeType,
      bytes: typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content),
      contentId,
      shown: contentId !== '' && html.includes(`cid:${contentId}`),
    };
  });
  return {
    headers: parsed.headers.map(({ originalKey, key, value }) => ({ name: originalKey ?? key, value })),
    subject: parsed.subject ?? '',
    html,
    text: parsed.text ?? '',
    files,
    source: sourceText(bytes),
    bytes: bytes.length,
  };
}

/** The source as text: UTF-8 when it is, else each byte as one character, so that none is lost. */
function sourceText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

const kPictures = /^image\/(png|jpe?g|gif|webp)$/i;
/** Pictures inside a mail are put into the document that the frame shows, up to this size altogether. */
const kPictureBytesMax = 4 * 1024 * 1024;

/** The HTML with the mail's own pictures in place of their `cid:` addresses. */
export function withPictures(mail: Mail): string {
  let html = mail.html;
  let left = kPictureBytesMax;
  for (const file of mail.files) {
    if (!file.shown || !kPictures.test(file.type) || file.bytes.length > left) continue;
    left -= file.bytes.length;
    html = html.replaceAll(`cid:${file.contentId}`, `data:${file.type};base64,${bytesToBase64(file.bytes)}`);
  }
  return html;
}

export interface Finding {
  readonly check: 'text' | 'size' | 'unsubscribe' | 'signature' | 'pictures' | 'links';
  readonly good: boolean;
  /** A number that the words need. */
  readonly count: number;
}

/** Some mail programs cut what is longer. */
const kHtmlBytesMax = 102 * 1024;

/** What can be said of a mail without asking anybody. */
export function checkMail(mail: Mail): Finding[] {
  const value = (name: string) => mail.headers.find((header) => header.name.toLowerCase() === name)?.value ?? '';
  const htmlBytes = new TextEncoder().encode(mail.html).length;
  const withoutAlt = [...mail.html.matchAll(/<img\b[^>]*>/gi)].filter((match) => !/\balt\s*=/i.test(match[0]));
  const unsafe = linksOf(mail.html).filter((link) => /^\s*(http:|javascript:|data:)/i.test(link.target));
  return [
    { check: 'signature', good: value('dkim-signature') !== '', count: 0 },
    {
      check: 'unsubscribe',
      good: /https:/i.test(value('list-unsubscribe')) && value('list-unsubscribe-post') !== '',
      count: value('list-unsubscribe') === '' ? 0 : 1,
    },
    { check: 'text', good: mail.text.trim() !== '' || mail.html === '', count: mail.text.length },
    { check: 'size', good: htmlBytes <= kHtmlBytesMax, count: htmlBytes },
    { check: 'pictures', good: withoutAlt.length === 0, count: withoutAlt.length },
    { check: 'links', good: unsafe.length === 0, count: unsafe.length },
  ];
}
