/** The page of a mail; without a recipient that of the first one. */
export function messagePath(messageId: string, to = ''): string {
  const of = to === '' ? '' : `?to=${encodeURIComponent(to)}`;
  return `/messages/${encodeURIComponent(messageId)}${of}`;
}
