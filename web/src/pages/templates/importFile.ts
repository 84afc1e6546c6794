// A template from a file: an HTML page, or a mail as it was saved.

export interface Imported {
  readonly html: string;
  readonly text: string;
  readonly subject: string;
}

/** Templates may have this much; larger files are no templates. */
const kBytesMax = 10 * 1024 * 1024;

export class ImportError extends Error {}

/** The text of an HTML file: a byte order mark decides, then its meta element, then UTF-8 if it is, else GB18030. */
export function decodeHtml(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 2048));
  const said = /<meta\b[^>]*\bcharset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1];
  for (const label of [said, 'utf-8', 'gb18030']) {
    if (label === undefined) continue;
    try {
      return new TextDecoder(label, { fatal: true }).decode(bytes);
    } catch {
      // The file is not what it says, or the label is unknown: the next one is tried.
    }
  }
  return new TextDecoder('utf-8').decode(bytes);
}

/** Mails carry texts in UTF-8 only: a page that says otherwise would be read wrongly. */
function sayUtf8(html: string): string {
  return html.replace(/(<meta\b[^>]*\bcharset\s*=\s*["']?)[\w-]+/gi, '$1utf-8');
}

export async function importFile(file: Pick<File, 'name' | 'type' | 'size' | 'arrayBuffer'>): Promise<Imported> {
  if (file.size > kBytesMax) throw new ImportError(`> ${kBytesMax / 1024 / 1024} MiB`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (/\.eml$/i.test(file.name) || file.type === 'message/rfc822') {
    const { default: PostalMime } = await import('postal-mime');
    const mail = await PostalMime.parse(bytes);
    return { html: mail.html ?? '', text: mail.text ?? '', subject: mail.subject ?? '' };
  }
  if (/\.txt$/i.test(file.name)) return { html: '', text: decodeHtml(bytes), subject: '' };
  const html = sayUtf8(decodeHtml(bytes));
  return { html, text: '', subject: /<title\b[^>]*>([^<]*)</i.exec(html)?.[1]?.trim() ?? '' };
}
