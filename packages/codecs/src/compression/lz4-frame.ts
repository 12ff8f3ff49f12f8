import { badPayload, tooLarge } from '../bad-payload.js';

/** Reads the headers of an LZ4 frame (LZ4 Frame Format 1.6) without decoding a block, to bound its decompressed size. */

const magic = 0x184d2204;
const blockMaxBytes: Record<number, number> = { 4: 65_536, 5: 262_144, 6: 1_048_576, 7: 4_194_304 };

/** Bits of the FLG byte. */
const flag = { dictionary: 0x01, contentChecksum: 0x04, contentSize: 0x08, blockChecksum: 0x10 };
/** Top bit of a block's size: the block is not compressed. */
const storedBit = 0x8000_0000;

/**
 * Throws a PulseMQError unless `bytes` is one whole frame, and a PayloadTooLargeError if it decompresses to more than `limitBytes`
 * rounded up to whole blocks.
 */
export function checkLz4Frame(bytes: Uint8Array, limitBytes: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const need = (end: number): void => {
    if (end > bytes.length) throw badPayload('lz4 payload is cut short');
  };
  need(7);
  if (view.getUint32(0, true) !== magic)
    throw badPayload('lz4 payload does not begin with the magic number of an LZ4 frame');
  const flags = bytes[4]!;
  if (flags >> 6 !== 1) throw badPayload(`lz4 payload has frame version ${flags >> 6}, expected 1`);
  if (flags & flag.dictionary) throw badPayload('lz4 payload needs a dictionary, which is not supported');
  const maxBytes = blockMaxBytes[(bytes[5]! >> 4) & 7];
  if (maxBytes === undefined)
    throw badPayload(`lz4 payload has the unknown block size code ${(bytes[5]! >> 4) & 7}, expected 4 to 7`);
  let at = 6;
  if (flags & flag.contentSize) {
    need(at + 8);
    const declared = Number(view.getBigUint64(at, true));
    if (declared > limitBytes) throw tooLarge('decompressed lz4 payload', declared, limitBytes);
    at += 8;
  }
  at += 1;
  let bound = 0;
  for (;;) {
    need(at + 4);
    const word = view.getUint32(at, true);
    at += 4;
    if (word === 0) break;
    const size = word & ~storedBit;
    if (size > maxBytes)
      throw badPayload(`lz4 payload has a block of ${size} bytes, the limit of its frame is ${maxBytes} bytes`);
    bound += word & storedBit ? size : maxBytes;
    if (bound >= limitBytes + maxBytes) throw tooLarge('decompressed lz4 payload', undefined, limitBytes);
    at += size + (flags & flag.blockChecksum ? 4 : 0);
  }
  need(at + (flags & flag.contentChecksum ? 4 : 0));
}
