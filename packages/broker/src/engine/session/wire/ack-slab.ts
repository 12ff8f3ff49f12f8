import { HeaderOffset } from '@pulsemq/protocol';
import type { ByteSink } from '../../fanout/subscriber/byte-sink.js';
import { ackReply } from './replies.js';

const ackBytes = ackReply({ status: 'PUB_OK' }, 0).length;
/** Offset of the timestamp in a reply: after flags and length of the header frame. */
const timestampAt = 2 + HeaderOffset.timestamp;

/** Replies in one write; more take several writes. */
const slabAckCount = 4_096;

/**
 * PUB_OK replies, ready to be written: a publisher that sends a thousand messages in one read gets a thousand replies in one write. They differ
 * only by the time, so a slab of them is kept and the timestamps are written once a millisecond.
 */
export class AckSlab {
  #slab = newSlab();
  #fields = fieldsOf(this.#slab);
  #stampMs = -1;
  /** Replies at the beginning of the slab that carry `#stampMs`. */
  #stampedCount = 0;
  /** A write of the present slab is not finished. */
  #busy = false;

  /** Writes `count` replies. */
  write(sink: ByteSink, count: number, nowMs: number, done: () => void): void {
    while (count > 0) {
      const now = Math.min(count, slabAckCount);
      this.#stamp(now, nowMs);
      sink.write(this.#slab.subarray(0, now * ackBytes), done);
      if (sink.pendingBytes > 0) this.#busy = true;
      count -= now;
    }
  }

  #stamp(count: number, nowMs: number): void {
    if (nowMs !== this.#stampMs) {
      // Bytes that the kernel has not taken must not change: they keep their slab.
      if (this.#busy) this.#renew();
      this.#stampMs = nowMs;
      this.#stampedCount = 0;
    }
    const high = Math.floor(nowMs / 0x1_0000_0000);
    for (let index = this.#stampedCount; index < count; index++) {
      const at = index * ackBytes + timestampAt;
      this.#fields.setUint32(at, high);
      this.#fields.setUint32(at + 4, nowMs);
    }
    if (count > this.#stampedCount) this.#stampedCount = count;
  }

  #renew(): void {
    this.#slab = newSlab();
    this.#fields = fieldsOf(this.#slab);
    this.#busy = false;
  }
}

function newSlab(): Buffer {
  const one = ackReply({ status: 'PUB_OK' }, 0);
  const slab = Buffer.allocUnsafeSlow(slabAckCount * ackBytes);
  for (let index = 0; index < slabAckCount; index++) slab.set(one, index * ackBytes);
  return slab;
}

const fieldsOf = (slab: Buffer): DataView => new DataView(slab.buffer, slab.byteOffset, slab.length);
