import { badPayload, tooLarge } from '../bad-payload.js';

/** Walking the headers of an LZ4 frame (LZ4 Frame Format 1.6) without decoding a block, to know how large it can become. */

const magic = 0x184d2204;
const blockMaxBytes: Record<number, number> = { 4: 65_536, 5: 262_144, 6: 1_048_576, 7: 4_194_304 };

/** Bits of the FLG byte. */
const flag = { dictionary: 0x01, contentChecksum: 0x04, contentSize: 0x08, blockChecksum: 0x10 };
/** Top bit of a block's size: the block is stored as it is. */
const storedBit = 0x8000_0000;

/**
 * Throws unless `bytes` is one whole frame that cannot become larger than `limitBytes`, but for the rounding of its last block.
 */
export function checkLz4Frame(bytes: Uint8Array, limitBytes: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const need = (end: number): void => {
    if (end > bytes.length) throw badPayload('lz4 payload is cut short');
  };
  need(7);
  if (view.getUint32(0, true) !== magic) throw badPayload('lz4 payload does not begin with the mark of an LZ4 frame');
  const flags = bytes[4]!;
  if (flags >> 6 !== 1) throw badPayload(`lz4 payload has frame version ${flags >> 6}, expected 1`);
  if (flags & flag.dictionary) throw badPayload('lz4 payload needs a dictionary');
  const maxBytes = blockMaxBytes[(bytes[5]! >> 4) & 7];
  if (maxBytes === undefined) throw badPayload('lz4 payload has an unknown block size');
  let at = 6;
  if (flags & flag.contentSize) {
    need(at + 8);
    const declared = Number(view.getBigUint64(at, true));
    if (declared > limitBytes) throw tooLarge('lz4 payload, decompressed', declared, limitBytes);
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
    if (size > maxBytes) throw badPayload(`lz4 payload has a block of ${size} bytes, its frame allows ${maxBytes}`);
    bound += word & storedBit ? size : maxBytes;
    if (bound >= limitBytes + maxBytes) throw tooLarge('lz4 payload, decompressed', undefined, limitBytes);
    at += size + (flags & flag.blockChecksum ? 4 : 0);
  }
  need(at + (flags & flag.contentChecksum ? 4 : 0));
}
