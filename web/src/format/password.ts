/** Letters and digits that do not look alike. */
const kLetters = 'abcdefghijkmnpqrstuvwxyz23456789';
const kGeneratedLetters = 24;

/** The shortest password of a person's log-in. */
export const kPasswordMin = 12;

/** Its length as the server counts it: in characters, not in UTF-16 units. */
export function passwordLength(password: string): number {
  return Array.from(password).length;
}

/** `count` of the given letters, of which a byte can hold all, each equally likely. */
export function randomLetters(letters: string, count: number): string {
  let text = '';
  while (text.length < count) {
    for (const byte of crypto.getRandomValues(new Uint8Array(2 * count))) {
      // Bytes beyond a multiple of the number of letters are skipped.
      if (text.length < count && byte < 256 - (256 % letters.length)) text += letters[byte % letters.length];
    }
  }
  return text;
}

/** A password of 120 random bits for a log-in. */
export function newPassword(): string {
  return randomLetters(kLetters, kGeneratedLetters);
}
