/** The bytes looked at last, and their view: reads come in the same buffer again and again. */
let lastBytes: Uint8Array = new Uint8Array(0);
let lastView = new DataView(lastBytes.buffer);

/** A DataView of bytes. Making one costs as much as a whole lookup, so the last one is kept. */
export function dataViewOf(bytes: Uint8Array): DataView {
  if (bytes === lastBytes) return lastView;
  lastBytes = bytes;
  lastView = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return lastView;
}
