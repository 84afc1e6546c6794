const kRequestId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const kMessageId = /^[\w.-]+-date-\d{14}-[\w-]+$/;
/** A mailbox as it stands in a header counts as its address. */
const kMailbox = /^(?:.*<)?([^\s<>"',;:@]+@[^\s<>"',;:@/]+\.[^\s<>"',;:@/.]+)>?$/;

/** The RequestId that a pasted text is; undefined for anything else. */
export function requestIdIn(text: string): string | undefined {
  const id = text.trim();
  return kRequestId.test(id) ? id.toLowerCase() : undefined;
}

/** Whether a text is the MessageId of a mail, of this server or another. */
export function isMessageId(text: string): boolean {
  return kMessageId.test(text);
}

/** The address that a text is, alone or behind a name; undefined for anything else. */
export function addressIn(text: string): string | undefined {
  return kMailbox.exec(text)?.[1];
}
