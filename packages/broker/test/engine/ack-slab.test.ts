import { describe, expect, it } from 'vitest';
import type { ByteSink } from '../../src/engine/fanout/subscriber/byte-sink.js';
import { AckSlab } from '../../src/engine/session/wire/ack-slab.js';
import { ackReply } from '../../src/engine/session/wire/replies.js';

/** Takes writes and finishes them later, as a TLS socket does. */
class LateSink implements ByteSink {
  readonly writes: Buffer[] = [];
  readonly #callbacks: (() => void)[] = [];

  get pendingBytes(): number {
    return this.writes.slice(-this.#callbacks.length).reduce((sum, { length }) => sum + length, 0);
  }

  write(bytes: Buffer, done: () => void): void {
    this.writes.push(bytes);
    this.#callbacks.push(done);
  }

  /** Finishes the oldest write. */
  finish(): void {
    this.#callbacks.shift()!();
  }
}

const acks = (count: number, nowMs: number): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => ackReply({ status: 'PUB_OK' }, nowMs)));

const ignore = (): void => {};

describe('acknowledgements', () => {
  it('are the replies that one by one would be, at a time above 32 bits and past the size of a slab', () => {
    const sink = new LateSink();
    new AckSlab().write(sink, 5_000, 1_764_500_000_123, ignore);
    expect(Buffer.concat(sink.writes).equals(acks(5_000, 1_764_500_000_123))).toBe(true);
  });

  it('do not change while a write of them is not finished', () => {
    const sink = new LateSink();
    const slab = new AckSlab();
    for (let nowMs = 1_000; nowMs < 1_010; nowMs++) slab.write(sink, 3, nowMs, ignore);
    for (const [index, bytes] of sink.writes.entries()) expect(bytes.equals(acks(3, 1_000 + index))).toBe(true);
  });

  it('use the memory of finished writes again', () => {
    const sink = new LateSink();
    const slab = new AckSlab();
    for (let nowMs = 1_000; nowMs < 1_100; nowMs++) {
      slab.write(sink, 3, nowMs, ignore);
      if (nowMs > 1_000) sink.finish();
    }
    expect(new Set(sink.writes.map(({ buffer }) => buffer)).size).toBe(2);
    expect(sink.writes.at(-1)!.equals(acks(3, 1_099))).toBe(true);
  });

  it('call back once for each write, when it is finished', () => {
    const sink = new LateSink();
    const slab = new AckSlab();
    const finished: number[] = [];
    for (let nowMs = 1_000; nowMs < 1_003; nowMs++) slab.write(sink, 1, nowMs, () => finished.push(nowMs));
    for (let index = 0; index < 3; index++) sink.finish();
    expect(finished).toEqual([1_000, 1_001, 1_002]);
  });
});
