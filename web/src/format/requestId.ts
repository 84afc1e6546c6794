const kRequestId = /^\s*([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\s*$/i;

/** The RequestId that a pasted text is; undefined for anything else. */
export function requestIdIn(text: string): string | undefined {
  return kRequestId.exec(text)?.[1]?.toLowerCase();
}
