/** The last bytes and their view. Reads use the same buffer many times in a row. */
let lastBytes: Uint8Array = new Uint8Array(0);
let lastView = new DataView(lastBytes.buffer);

/** A DataView of the bytes. Making one costs as much as a lookup in a table, so the last one is kept. */
export function dataViewOf(bytes: Uint8Array): DataView {
  if (bytes === lastBytes) return lastView;
  lastBytes = bytes;
  lastView = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return lastView;
}
