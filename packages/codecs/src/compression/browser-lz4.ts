import { badPayload, tooLarge } from '../bad-payload.js';
import { checkLz4Frame, type Lz4Block, lz4Blocks } from './lz4-frame.js';

/**
 * Reads the LZ4 frame format without native code. The packages that do this in plain JavaScript are no longer kept, and the format is two
 * pages long. Checksums are not compared.
 */

/** Shortest copy (LZ4 Block Format, "match length"). */
const matchMinBytes = 4;
/** A length of 15 in four bits goes on in the next bytes, and a byte of 255 goes on in the next one. */
const lengthMore = 15;
const byteMore = 255;

/** Decompresses one LZ4 frame, with or without content size and linked blocks. Throws as `decompress` does. */
export function browserLz4Decompress(bytes: Uint8Array, limitBytes: number): Uint8Array {
  const output = new BlockOutput(checkLz4Frame(bytes, limitBytes));
  for (const block of lz4Blocks(bytes)) {
    if (block.isStored) output.append(bytes, block.start, block.end);
    else readBlock(bytes, block, output);
  }
  const plain = output.bytes();
  if (plain.length > limitBytes) throw tooLarge('decompressed lz4 payload', plain.length, limitBytes);
  return plain;
}

function readBlock(bytes: Uint8Array, { start, end }: Lz4Block, output: BlockOutput): void {
  let at = start;
  const length = (short: number): number => {
    let sum = short;
    if (short !== lengthMore) return sum;
    for (let more = byteMore; more === byteMore; sum += more) {
      if (at >= end) throw cut();
      more = bytes[at++]!;
    }
    return sum;
  };
  while (at < end) {
    const token = bytes[at++]!;
    const literalBytes = length(token >> 4);
    if (at + literalBytes > end) throw cut();
    output.append(bytes, at, at + literalBytes);
    at += literalBytes;
    // The last sequence of a block has no copy.
    if (at === end) return;
    if (at + 2 > end) throw cut();
    const distance = bytes[at]! | (bytes[at + 1]! << 8);
    at += 2;
    output.copy(distance, length(token & lengthMore) + matchMinBytes);
  }
}

const cut = (): Error => badPayload('lz4 payload has a block that is cut short');

/** What was decompressed. Blocks may copy from the blocks before them. */
class BlockOutput {
  readonly #bytes: Uint8Array;
  #size = 0;

  /** `maxBytes` is the most that the blocks can hold. */
  constructor(maxBytes: number) {
    this.#bytes = new Uint8Array(maxBytes);
  }

  append(from: Uint8Array, start: number, end: number): void {
    this.#need(end - start);
    this.#bytes.set(from.subarray(start, end), this.#size);
    this.#size += end - start;
  }

  /** Repeats bytes that were written. The copy may reach into itself, which repeats a short pattern. */
  copy(distance: number, count: number): void {
    if (distance === 0 || distance > this.#size) {
      throw badPayload(`lz4 payload copies from ${distance} bytes back, with ${this.#size} bytes before it`);
    }
    this.#need(count);
    const bytes = this.#bytes;
    const end = this.#size + count;
    for (let at = this.#size; at < end; at++) bytes[at] = bytes[at - distance]!;
    this.#size = end;
  }

  bytes(): Uint8Array {
    // A copy where most of the memory is not used: a payload may be kept for long.
    return this.#size * 2 < this.#bytes.length ? this.#bytes.slice(0, this.#size) : this.#bytes.subarray(0, this.#size);
  }

  #need(count: number): void {
    if (this.#size + count > this.#bytes.length) {
      throw badPayload('lz4 payload has a block that decompresses to more than the block size of its frame');
    }
  }
}
