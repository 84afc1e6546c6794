// The filter of the inbox: words that belong to an address, to the subject or to the MessageId.

import { isMessageId } from '../../format/ids';

export interface InboxFilter {
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly id: string;
}

/**
 * `to:`, `from:`, `subject:` and `id:` take the rest up to the next of them; other words are a MessageId when they look
 * like one, recipients when they have an @.
 */
export function readFilter(text: string): InboxFilter {
  const filter = { to: '', from: '', subject: '', id: '' };
  const parts = text.split(/(?:^|\s)(to|from|subject|id):/i);
  const rest = (parts[0] ?? '').trim();
  for (let index = 1; index + 1 < parts.length; index += 2) {
    const key = (parts[index] ?? '').toLowerCase() as keyof InboxFilter;
    filter[key] = (parts[index + 1] ?? '').trim();
  }
  if (rest !== '') {
    if (isMessageId(rest) && filter.id === '') filter.id = rest;
    else if (rest.includes('@') && filter.to === '') filter.to = rest;
    else if (filter.subject === '') filter.subject = rest;
  }
  return filter;
}
