// Finds the variables of a template as the server does.

/** A name as the server takes it: letters, digits, `_`, `-`, `.` and blanks inside, at most 64 bytes of UTF-8. */
const kName = /^[\p{L}\p{M}\p{N}_.\- \t]+$/u;
const kNameBytesMax = 64;

export interface Variable {
  readonly name: string;
  readonly times: number;
  /** Which parts have it. */
  readonly parts: readonly Part[];
}

export type Part = 'subject' | 'html' | 'text';

/** The name between two braces; undefined when it is none. */
export function placeholderName(inside: string): string | undefined {
  const name = inside.trim().replace(/[ \t]+/g, ' ');
  if (name === '' || !kName.test(name)) return undefined;
  return new TextEncoder().encode(name).length <= kNameBytesMax ? name : undefined;
}

/** Every variable of the parts once, in the order of their first use. */
export function findVariables(parts: Readonly<Partial<Record<Part, string>>>): Variable[] {
  const found = new Map<string, { times: number; parts: Set<Part> }>();
  for (const [part, text] of Object.entries(parts) as [Part, string][]) {
    for (const match of text.matchAll(/\{\{([^{}]*)\}\}/g)) {
      const name = placeholderName(match[1] ?? '');
      if (name === undefined) continue;
      const before = found.get(name) ?? { times: 0, parts: new Set<Part>() };
      before.times += 1;
      before.parts.add(part);
      found.set(name, before);
    }
  }
  return [...found].map(([name, { times, parts: where }]) => ({ name, times, parts: [...where] }));
}

/** Text to base64 of its UTF-8, as the API carries the parts of a template. */
export function toBase64(text: string): string {
  return bytesToBase64(new TextEncoder().encode(text));
}

export function bytesToBase64(bytes: Uint8Array): string {
  let binary = '';
  // In pieces, because a call has a limit of arguments.
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(binary);
}

export function base64ToBytes(base64: string): Uint8Array {
  const binary = atob(base64.replace(/\s+/g, ''));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

/** Bytes that are no UTF-8 become the replacement character: the text is only shown. */
export function fromBase64(base64: string): string {
  return new TextDecoder('utf-8').decode(base64ToBytes(base64));
}

/** The plain text that a reader without HTML would get: blocks become lines, links keep their address. Works on text
 * only; nothing is parsed into a document. */
export function textOfHtml(html: string): string {
  return html
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<(script|style|head|title)\b[\s\S]*?<\/\1\s*>/gi, '')
    .replace(/<a\b[^>]*\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>([\s\S]*?)<\/a\s*>/gi,
      (_all, double: string | undefined, single: string | undefined, inside: string) => {
        const target = double ?? single ?? '';
        const words = inside.replace(/<[^>]*>/g, '').trim();
        return target === '' || words === target ? words : `${words} (${target})`;
      })
    .replace(/<img\b[^>]*\balt\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>/gi,
      (_all, double: string | undefined, single: string | undefined) => double ?? single ?? '')
    .replace(/<li\b[^>]*>/gi, '\n- ')
    .replace(/<(br|\/p|\/div|\/tr|\/h[1-6]|\/table|\/ul|\/ol|\/blockquote)\b[^>]*>/gi, '\n')
    .replace(/<\/td\s*>/gi, ' ')
    .replace(/<[^>]*>/g, '')
    .replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,8});/gi, (all, name: string) => entity(name) ?? all)
    .split('\n')
    .map((line) => line.replace(/[ \t\r]+/g, ' ').trim())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

const kEntities: Readonly<Record<string, string>> = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', copy: '©', reg: '®', mdash: '—', ndash: '–',
  hellip: '…', bull: '•', laquo: '«', raquo: '»', euro: '€', middot: '·', rarr: '→', zwnj: '', shy: '',
};

function entity(name: string): string | undefined {
  if (!name.startsWith('#')) return kEntities[name.toLowerCase()];
  const point = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
  return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : undefined;
}
