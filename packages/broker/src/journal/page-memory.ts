import type { CopyTarget } from '@pulsemq/protocol';
import { blockHeadBytes, blockMaxBytes } from './format.js';

/** Bytes of a page, but for its last block: one write to a socket. */
export const pageBytes = 262_144;
/** A page and the last block of it. */
export const fullPageBytes = pageBytes + 131_072;
/** Most pages are nearly empty or full. A page begins with room for this. */
const smallPageBytes = 16_384;
/** Buffers of full pages that one side keeps. */
export const sparePageMaxCount = 8;

/**
 * The memory of the thread that reads for replays. Buffers of full pages come back from the engine, and are filled again. With a new buffer for each
 * page and each block, collecting them on both threads and on the helpers of V8 took more than half of the CPU time of a replay.
 */
export class PageMemory {
  /** Blocks are read into this, one at a time. */
  readonly block: Buffer = Buffer.allocUnsafeSlow(blockHeadBytes + blockMaxBytes);
  /** Pages begin in this, one at a time. It stays on this thread. */
  readonly small: CopyTarget = targetOf(Buffer.allocUnsafeSlow(smallPageBytes));
  readonly #spares: ArrayBuffer[] = [];

  /** Takes back buffers of full pages. Nothing may point into them. */
  giveBack(buffers: readonly ArrayBuffer[]): void {
    for (const buffer of buffers) if (this.#spares.length < sparePageMaxCount) this.#spares.push(buffer);
  }

  /** Room for at least `bytes`, which may go to another thread. */
  take(bytes: number): CopyTarget {
    const spare = bytes <= fullPageBytes ? this.#spares.pop() : undefined;
    return targetOf(spare === undefined ? Buffer.allocUnsafeSlow(Math.max(bytes, fullPageBytes)) : Buffer.from(spare));
  }

  /** Lets go of what it keeps for pages. */
  clear(): void {
    this.#spares.length = 0;
  }
}

const targetOf = (buffer: Buffer): CopyTarget => ({
  buffer,
  fields: new DataView(buffer.buffer, buffer.byteOffset, buffer.length),
});
