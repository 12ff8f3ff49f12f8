import { badPayload } from '../bad-payload.js';

/**
 * Walking an Arrow IPC stream (Arrow columnar format, "IPC Streaming Format") message by message without decoding it. The decoders
 * take zeros and torn bytes for an empty table, so that this has to be done before.
 */

const continuation = 0xffff_ffff;
/** MessageHeader of a schema. */
const schemaHeader = 1;
const fileMagic = 'ARROW1';
/** Fields of the flatbuffer Message: version, header_type, header, bodyLength. */
const messageField = { headerType: 1, bodyLength: 3 };

/** Throws a PulseMQError unless `bytes` are whole messages that begin with a schema. */
export function checkArrowStream(bytes: Uint8Array): void {
  if (Buffer.from(bytes.subarray(0, fileMagic.length)).toString('latin1') === fileMagic) {
    throw badPayload('this is an Arrow file; df_pyarrow takes the stream format');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const need = (end: number): void => {
    if (end > bytes.length) throw badPayload('Arrow stream is cut short');
  };
  let at = 0;
  for (let index = 0; at < bytes.length; index++) {
    need(at + 8);
    if (view.getUint32(at, true) !== continuation) throw badPayload('this is no Arrow IPC stream');
    const metadataBytes = view.getInt32(at + 4, true);
    if (metadataBytes === 0) return;
    if (metadataBytes < 0) throw badPayload('Arrow stream has a message of negative size');
    at += 8;
    need(at + metadataBytes);
    const { headerType, bodyBytes } = readMessage(view, at, at + metadataBytes);
    if (index === 0 && headerType !== schemaHeader) throw badPayload('Arrow stream does not begin with a schema');
    at += metadataBytes + bodyBytes;
    need(at);
  }
  if (at === 0) throw badPayload('Arrow stream is empty');
}

/** Two fields of the flatbuffer at `start`, every offset checked. */
function readMessage(view: DataView, start: number, end: number): { headerType: number; bodyBytes: number } {
  const inside = (at: number, size: number): number => {
    if (at < start || at + size > end) throw badPayload('Arrow stream has a broken message');
    return at;
  };
  const table = inside(start + view.getUint32(inside(start, 4), true), 4);
  const vtable = inside(table - view.getInt32(table, true), 4);
  const fieldAt = (field: number, size: number): number => {
    const slot = 4 + 2 * field;
    if (slot + 2 > view.getUint16(vtable, true)) return 0;
    const offset = view.getUint16(inside(vtable + slot, 2), true);
    return offset === 0 ? 0 : inside(table + offset, size);
  };
  const typeAt = fieldAt(messageField.headerType, 1);
  const bodyAt = fieldAt(messageField.bodyLength, 8);
  const bodyBytes = bodyAt === 0 ? 0 : Number(view.getBigInt64(bodyAt, true));
  if (bodyBytes < 0 || bodyBytes > Number.MAX_SAFE_INTEGER) throw badPayload('Arrow stream has a broken message');
  return { headerType: typeAt === 0 ? 0 : view.getUint8(typeAt), bodyBytes };
}
