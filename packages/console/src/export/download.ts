/** Keeps the characters that every file system accepts; the others become `_`. */
const safeName = (name: string): string => name.replace(/[^\w.-]+/g, '_').slice(0, 120);

/** Saves bytes or text as a file. CSV gets a byte order mark: spreadsheets need it to read UTF-8. */
export function download(name: string, type: string, content: BlobPart): void {
  const parts = type.startsWith('text/csv') ? ['\uFEFF', content] : [content];
  const address = URL.createObjectURL(new Blob(parts, { type }));
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = safeName(name);
  anchor.click();
  // The browser reads the address after the click; freeing it at once would cancel the download.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
