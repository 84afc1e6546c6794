/** Hands a text to the browser as a file. The mark at the beginning lets table programs see that it is UTF-8. */
export function download(name: string, content: string | Uint8Array, type = 'text/csv;charset=utf-8'): void {
  const parts = typeof content === 'string' && type.startsWith('text/csv') ? ['\uFEFF', content] : [content as BlobPart];
  const url = URL.createObjectURL(new Blob(parts, { type }));
  const link = document.createElement('a');
  link.href = url;
  // Names come from mails and files: only plain signs get into the name of a file.
  link.download = name.replace(/[^\p{L}\p{N}._ -]+/gu, '_').slice(0, 120) || 'file';
  link.click();
  URL.revokeObjectURL(url);
}
