import { HeaderOffset } from '@pulsemq/protocol';
import type { ByteSink } from '../../fanout/subscriber/byte-sink.js';
import { ackReply } from './replies.js';

const oneAck = ackReply({ status: 'PUB_OK' }, 0);
/** Offset of the timestamp in a reply: after flags and length of the header frame. */
const timestampAt = 2 + HeaderOffset.timestamp;

/** Replies in one write; more take several writes. */
const slabAckCount = 4_096;

/** Slabs that wait for their next use, 213 KB each. More belong to peers that do not read, and go to the garbage collector. */
const freeMaxCount = 4;

/** Replies side by side. They differ only by the time. */
class Slab {
  readonly buffer = Buffer.allocUnsafeSlow(slabAckCount * oneAck.length).fill(oneAck);
  readonly #fields = new DataView(this.buffer.buffer, this.buffer.byteOffset, this.buffer.length);
  /** Writes of this slab that are not finished. Its bytes must not change meanwhile. */
  writingCount = 0;
  stampMs = -1;
  /** Replies at the beginning that carry `stampMs`. */
  #stampedCount = 0;

  /** Writes the time into the first `count` replies. Changes no bytes that carry this time already. */
  stamp(count: number, nowMs: number): void {
    if (nowMs !== this.stampMs) this.#stampedCount = 0;
    this.stampMs = nowMs;
    const high = Math.floor(nowMs / 0x1_0000_0000);
    for (let index = this.#stampedCount; index < count; index++) {
      const at = index * oneAck.length + timestampAt;
      this.#fields.setUint32(at, high);
      this.#fields.setUint32(at + 4, nowMs);
    }
    if (count > this.#stampedCount) this.#stampedCount = count;
  }
}

/**
 * PUB_OK replies, ready to be written: a publisher that sends a thousand messages in one read gets a thousand replies in one write. The slab of them
 * gets its timestamps once a millisecond. While a write of it is not finished, which with TLS takes until the next turn, another slab takes its place.
 * Slabs are used again: a new one each millisecond cost a full garbage collection every 100 ms.
 */
export class AckSlab {
  #slab = new Slab();
  readonly #free: Slab[] = [];

  /** Writes `count` replies. */
  write(sink: ByteSink, count: number, nowMs: number, done: () => void): void {
    while (count > 0) {
      const now = Math.min(count, slabAckCount);
      const slab = this.#slabFor(nowMs);
      slab.stamp(now, nowMs);
      slab.writingCount++;
      sink.write(slab.buffer.subarray(0, now * oneAck.length), () => {
        this.#onWritten(slab);
        done();
      });
      count -= now;
    }
  }

  /** The present slab, or another one where its bytes are still being written with another time. */
  #slabFor(nowMs: number): Slab {
    if (this.#slab.writingCount > 0 && this.#slab.stampMs !== nowMs) this.#slab = this.#free.pop() ?? new Slab();
    return this.#slab;
  }

  #onWritten(slab: Slab): void {
    if (--slab.writingCount > 0 || slab === this.#slab || this.#free.length >= freeMaxCount) return;
    this.#free.push(slab);
  }
}
