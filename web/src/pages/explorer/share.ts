import { readJson, writeJson, type Json } from '../../api/json';
import type { Doc } from './check';

/** What a link holds: never sent to a server, because it stands in the fragment of the address. */
export interface Shared {
  region: string;
  params: Doc;
}

/** Longer links are cut by mail programs and chats; the parameters are offered as a file instead. */
export const kLinkMax = 8 * 1024;

const kUnpackedMax = 1024 * 1024;

/** What comes out of the stream; throws beyond a megabyte, which no link of ours unpacks to. */
async function through(bytes: Uint8Array, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const source = new Response(bytes as BodyInit).body!.pipeThrough(stream as ReadableWritablePair<Uint8Array, Uint8Array>);
  const reader = source.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    length += value.length;
    if (length > kUnpackedMax) throw new RangeError('too large');
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function toText(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

function toBytes(text: string): Uint8Array {
  const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

/** The fragment for a link: "#c=" compressed, "#p=" plain where the browser cannot compress. */
export async function fragmentOf(shared: Shared): Promise<string> {
  const bytes = new TextEncoder().encode(writeJson(shared as unknown as Json));
  if (typeof CompressionStream === 'undefined') return `#p=${toText(bytes)}`;
  return `#c=${toText(await through(bytes, new CompressionStream('deflate')))}`;
}

/** Reads a fragment; undefined when it is none of ours, or damaged. */
export async function readFragment(fragment: string): Promise<Shared | undefined> {
  const found = /^#([cp])=([\w-]+)$/.exec(fragment);
  if (!found || fragment.length > kLinkMax * 2) return undefined;
  try {
    let bytes = toBytes(found[2]!);
    if (found[1] === 'c') bytes = await through(bytes, new DecompressionStream('deflate'));
    const value = readJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown as Shared;
    const whole = typeof value?.region === 'string' && value.params !== null && typeof value.params === 'object';
    return whole && !Array.isArray(value.params) ? value : undefined;
  } catch {
    return undefined;
  }
}
