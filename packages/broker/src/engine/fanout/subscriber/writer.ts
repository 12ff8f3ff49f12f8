import type { Clock } from '../../clock.js';
import type { Batch } from '../batch/batch.js';
import type { BatchMemory } from '../batch/batch-memory.js';
import { LargeWrite } from '../batch/large-write.js';
import { messageEnd } from '../batch/message-walk.js';
import { largeWithNotice } from '../batch/value-delivery.js';
import type { Pumpable } from '../turn.js';
import type { ByteSink } from './byte-sink.js';
import { copyWithNotice } from './drop-notice.js';

/**
 * Hands batches to one sink and keeps them pinned until the kernel has taken them. `pendingBytes` is zero right after a write when
 * the kernel took everything; then the bytes may be reused at once, and no callback needs to be waited for.
 */
export class Writer {
  /** When a write last began or ended, milliseconds of the monotonic clock. A write that was taken at once counts: a fast reader has no other. */
  lastProgressMs = 0;
  readonly #sink: ByteSink;
  readonly #memory: BatchMemory;
  readonly #clock: Clock;
  readonly #owner: Pumpable;
  /** Writes whose callback is still to come; only the last of them may be unfinished. */
  #callbacksDue = 0;
  #inFlight: Batch | null = null;
  /** A large message that is not handed over whole yet. */
  #large: LargeWrite | null = null;
  readonly #written = (error?: Error | null): void => this.#onWritten(error);

  /** Pumps `owner` when the kernel has taken what was in flight. */
  constructor(sink: ByteSink, memory: BatchMemory, clock: Clock, owner: Pumpable) {
    this.#sink = sink;
    this.#memory = memory;
    this.#clock = clock;
    this.#owner = owner;
  }

  /** The kernel has not taken everything yet: nothing may be written now. */
  get isBlocked(): boolean {
    return this.#inFlight !== null;
  }

  /** The next write must go on with a large message. */
  get isInsideLarge(): boolean {
    return this.#large !== null;
  }

  /** What is not handed over whole: the batch in flight, or the large message that was begun. */
  get unfinished(): Batch | null {
    return this.#inFlight ?? this.#large?.batch ?? null;
  }

  /** Writes a batch from `start` on and pins it if the kernel does not take all of it. Returns the bytes. */
  write(batch: Batch, start: number): number {
    const bytes = start === 0 ? batch.view : batch.buffer.subarray(start, batch.endBytes);
    this.#send(bytes);
    if (this.#sink.pendingBytes > 0) this.#holdInFlight(batch);
    return bytes.length;
  }

  /**
   * Writes a batch from `start` on, or begins a large message. Its first message goes out as a copy with bit 2 set: the batch itself is shared,
   * and stays pinned while either is on its way. The pin of the batch passes to this writer. Returns the bytes written.
   */
  writeWithNotice(batch: Batch, start: number, budgetBytes: number): number {
    if (batch.chunks !== null) {
      // The pin of the original passes to the marked one, which unpins its source.
      const marked = largeWithNotice(batch);
      this.#memory.pin(marked);
      return this.beginLarge(marked, budgetBytes);
    }
    const end = messageEnd(batch.buffer, start);
    const bytes = batch.endBytes - start;
    this.#send(copyWithNotice(batch.buffer, start, end));
    if (end < batch.endBytes) this.#send(batch.buffer.subarray(end, batch.endBytes));
    if (this.#sink.pendingBytes > 0) this.#holdInFlight(batch);
    this.#memory.unpin(batch);
    return bytes;
  }

  /** Begins a large message, whose pin passes to this writer. Returns the bytes written of it. */
  beginLarge(batch: Batch, budgetBytes: number): number {
    this.#large = new LargeWrite(batch);
    return this.continueLarge(budgetBytes);
  }

  /** Writes the next piece of the large message that was begun. */
  continueLarge(budgetBytes: number): number {
    const large = this.#large!;
    const bytes = large.next(budgetBytes);
    this.#send(bytes);
    const isTaken = this.#sink.pendingBytes === 0;
    if (!isTaken) this.#inFlight = large.batch;
    if (large.isDone) {
      this.#large = null;
      if (isTaken) this.#memory.unpin(large.batch);
    }
    return bytes.length;
  }

  /** Stops. Returns the large message that was cut, whose pin is the caller's again, or null. */
  close(): Batch | null {
    const cut = this.#large?.batch ?? null;
    if (this.#inFlight !== null && this.#inFlight !== cut) this.#memory.unpin(this.#inFlight);
    this.#inFlight = null;
    this.#large = null;
    return cut;
  }

  #send(bytes: Buffer): void {
    this.#callbacksDue++;
    this.#sink.write(bytes, this.#written);
    this.lastProgressMs = this.#clock.steadyMs;
  }

  #holdInFlight(batch: Batch): void {
    this.#memory.pin(batch);
    this.#inFlight = batch;
  }

  #onWritten(error?: Error | null): void {
    // The connection is about to close. A failed socket seems to take everything, so the backlog would count as delivered.
    if (error != null) return;
    if (--this.#callbacksDue > 0 || this.#inFlight === null) return;
    const batch = this.#inFlight;
    this.#inFlight = null;
    this.lastProgressMs = this.#clock.steadyMs;
    if (batch !== this.#large?.batch) this.#memory.unpin(batch);
    this.#owner.pump();
  }
}
