// The filter of the inbox: words that belong to the recipient or to the subject.

export interface InboxFilter {
  readonly to: string;
  readonly subject: string;
}

/** `to:` and `subject:` take the rest up to the next of them; other words are recipients when they have an @. */
export function readFilter(text: string): InboxFilter {
  const filter = { to: '', subject: '' };
  const parts = text.split(/\b(to|subject):/i);
  const rest = (parts[0] ?? '').trim();
  for (let index = 1; index + 1 < parts.length; index += 2) {
    const key = (parts[index] ?? '').toLowerCase() as keyof InboxFilter;
    filter[key] = (parts[index + 1] ?? '').trim();
  }
  if (rest !== '') {
    if (rest.includes('@') && filter.to === '') filter.to = rest;
    else if (filter.subject === '') filter.subject = rest;
  }
  return filter;
}
