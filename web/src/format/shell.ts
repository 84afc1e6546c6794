/** A text in single quotes, as a POSIX shell reads it back whatever it holds. */
export function shellQuoted(text: string): string {
  return `'${text.replace(/'/g, "'\\''")}'`;
}
