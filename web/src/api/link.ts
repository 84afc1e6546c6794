/** A link of `sesame console link`, or of another user: it makes the owner, or logs in. */
export interface LoginLink {
  readonly kind: 'setup' | 'login';
  readonly token: string;
}

/** The link that the last part of an address is. One that was damaged on its way is a link, too: the server refuses it. */
export function linkOf(hash: string): LoginLink | undefined {
  const found = /^#(setup|login)=(.+)$/.exec(hash);
  if (!found) return undefined;
  const kind = found[1] as LoginLink['kind'];
  try {
    return { kind, token: decodeURIComponent(found[2]!) };
  } catch {
    return { kind, token: found[2]! };
  }
}
