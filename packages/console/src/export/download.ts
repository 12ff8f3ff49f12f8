/** Characters that every file system takes; the rest becomes `_`. */
const safeName = (name: string): string => name.replace(/[^\w.-]+/g, '_').slice(0, 120);

/** Saves bytes or text under a name. A byte order mark tells spreadsheets that CSV is UTF-8. */
export function download(name: string, type: string, content: BlobPart): void {
  const parts = type.startsWith('text/csv') ? ['\uFEFF', content] : [content];
  const address = URL.createObjectURL(new Blob(parts, { type }));
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = safeName(name);
  anchor.click();
  // The browser has taken it once the click is through.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
