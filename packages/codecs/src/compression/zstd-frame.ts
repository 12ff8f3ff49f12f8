import { badPayload, tooLarge } from '../bad-payload.js';

/** The header of a zstd frame (RFC 8878, section 3.1.1.1). */
export interface ZstdFrameHeader {
  /** Decompressed size; undefined if the frame does not declare it. */
  readonly contentBytes: number | undefined;
}

const magic = 0xfd2fb528;
/** Memory that a decoder allocates. The known encoders need no more for payloads of 64 MiB. */
const windowMaxBytes = 134_217_728;

/** Reads the header. Throws a PulseMQError for a malformed frame, and a PayloadTooLargeError past the limit, before anything is decoded. */
export function readZstdHeader(bytes: Uint8Array, limitBytes: number): ZstdFrameHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 6) throw badPayload('zstd payload is cut short');
  if (view.getUint32(0, true) !== magic)
    throw badPayload('zstd payload does not begin with the magic number of a zstd frame');
  const descriptor = bytes[4]!;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  if (descriptor & 0x08) throw badPayload('zstd payload has a reserved bit set');
  if (descriptor & 0x03) throw badPayload('zstd payload needs a dictionary, which is not supported');
  if (!isSingleSegment) checkWindow(bytes[5]!);
  const contentBytes = readContentSize(view, descriptor >> 6, 5 + (isSingleSegment ? 0 : 1), isSingleSegment);
  if (contentBytes !== undefined && contentBytes > limitBytes) {
    throw tooLarge('decompressed zstd payload', contentBytes, limitBytes);
  }
  return { contentBytes };
}

function checkWindow(descriptor: number): void {
  const base = 2 ** (10 + (descriptor >> 3));
  const bytes = base + (base / 8) * (descriptor & 7);
  if (bytes > windowMaxBytes) throw tooLarge('window of a zstd payload', bytes, windowMaxBytes);
}

function readContentSize(view: DataView, code: number, at: number, isSingleSegment: boolean): number | undefined {
  const size = code === 0 ? Number(isSingleSegment) : 2 ** code;
  if (at + size > view.byteLength) throw badPayload('zstd payload is cut short');
  switch (size) {
    case 0:
      return undefined;
    case 1:
      return view.getUint8(at);
    case 2:
      return view.getUint16(at, true) + 256;
    case 4:
      return view.getUint32(at, true);
    default:
      return Number(view.getBigUint64(at, true));
  }
}
