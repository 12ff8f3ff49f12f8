// What the targets of the three compressions share.
import { compress } from '@pulsemq/codecs';
import { FormatCode, payloadLimitBytes } from '@pulsemq/protocol';
import fc from 'fast-check';
import { decodeEverywhere } from './decode.mjs';

/** Bytes that compress well, badly, and to more than the limit of text. */
const plain = fc.oneof(
  fc.uint8Array({ maxLength: 512 }),
  fc
    .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 4 * payloadLimitBytes.string }))
    .map(([byte, count]) => Buffer.alloc(count, byte)),
  fc.string({ maxLength: 300 }).map((text) => Buffer.from(text.repeat(5))),
);

/** Limits are those of text: 8 KiB, so that an expansion past them is soon reached. The first byte chooses between text and bytes. */
export function compressedTarget(algorithm, code, magic) {
  return {
    name: algorithm,
    maxBytes: 4_096,
    generator: fc
      .tuple(fc.integer({ min: 0, max: 1 }), plain)
      .map(([kind, bytes]) => Buffer.concat([Buffer.from([kind]), compress(algorithm, bytes)])),
    words: [Buffer.from(magic, 'hex'), Buffer.from('ffffffff', 'hex'), Buffer.from('00000000', 'hex')],
    run: (input) => {
      const format = (input[0] ?? 0) % 2 === 0 ? FormatCode.string : FormatCode.bytes;
      decodeEverywhere(format, code, input.subarray(1));
    },
  };
}
