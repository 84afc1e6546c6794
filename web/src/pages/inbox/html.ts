// Reads HTML as text, to tell what is in it. Nothing here is parsed into a document.

/** Addresses of pictures that the mail would load from elsewhere. */
export function remotePictures(html: string): string[] {
  const found = [...html.matchAll(/<img\b[^>]*?\bsrc\s*=\s*["']?(https?:[^"'\s>]+)/gi)];
  return [...new Set(found.map((match) => match[1] ?? ''))];
}

export interface Link {
  readonly target: string;
  readonly text: string;
}

/** The targets of the links in the HTML, in order, as text. */
export function linksOf(html: string): Link[] {
  const links = html.matchAll(/<a\b[^>]*?\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))[^>]*>([\s\S]*?)<\/a\s*>/gi);
  return [...links].map((match) => ({
    target: (match[1] ?? match[2] ?? match[3] ?? '').replaceAll('&amp;', '&'),
    text: (match[4] ?? '').replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ').trim(),
  }));
}
