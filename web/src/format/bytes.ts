const kChunk = 0x8000;

/** Bytes as base64. */
export function encodeBytes(bytes: Uint8Array): string {
  let binary = '';
  for (let i = 0; i < bytes.length; i += kChunk) binary += String.fromCharCode(...bytes.subarray(i, i + kChunk));
  return btoa(binary);
}

/** Text as base64 of its UTF-8. */
export function encodeText(text: string): string {
  return encodeBytes(new TextEncoder().encode(text));
}

/** The bytes behind base64; undefined when it is none. */
export function decodeBytes(base64: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** The UTF-8 text behind base64; undefined when it is neither. */
export function decodeText(base64: string): string | undefined {
  const bytes = decodeBytes(base64);
  if (!bytes) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
