import type { Batch } from './batch/batch.js';
import { slabMaxBytes } from './batch/batch-pool.js';
import type { FanOut } from './fan-out.js';
import type { GroupMember } from './group-member.js';

/**
 * The subscribers that want exactly the same messages. A message is copied once into the group's batch, and the batch is
 * written to every member: fan-out to a hundred equal subscribers costs one copy, and a hundred writes per batch.
 */
export class InterestGroup {
  /** The interest as text; equal interests have equal keys. */
  readonly key: string;
  /** Every message to a member comes by its group. Order does not matter. */
  readonly members: GroupMember[] = [];
  /** Members that count as subscribers. */
  readerCount = 0;
  readonly #fanOut: FanOut;
  #batch: Batch | null = null;

  constructor(key: string, fanOut: FanOut) {
    this.key = key;
    this.#fanOut = fanOut;
  }

  /** The batch with room for `bytes` more, at most `slabMaxBytes`. The caller fills them and advances `endBytes`. */
  reserve(bytes: number): Batch {
    const batch = this.#batch;
    if (batch === null) return this.#begin(bytes);
    const needed = batch.endBytes + bytes;
    if (needed <= batch.buffer.length) return batch;
    if (needed <= slabMaxBytes) {
      this.#fanOut.pool.grow(batch, needed);
      return batch;
    }
    this.flush();
    return this.#begin(bytes);
  }

  /** A large message, after everything that is already in the batch. */
  deliverLarge(batch: Batch): void {
    this.flush();
    for (const member of this.members) member.deliver(batch);
  }

  /** Writes the batch to every member; a clean group holds none. */
  flush(): void {
    const batch = this.#batch;
    if (batch === null) return;
    this.#batch = null;
    for (const member of this.members) member.deliver(batch);
    if (batch.pins === 0) this.#fanOut.pool.release(batch);
  }

  /** Joins from the next message on. */
  join(member: GroupMember): void {
    this.flush();
    this.members.push(member);
    if (member.isReader) this.readerCount++;
  }

  /** Leaves after what was meant for it so far. */
  leave(member: GroupMember): void {
    this.flush();
    const at = this.members.indexOf(member);
    const last = this.members.pop();
    if (last !== undefined && last !== member) this.members[at] = last;
    if (member.isReader) this.readerCount--;
  }

  #begin(bytes: number): Batch {
    const batch = this.#fanOut.pool.take(bytes);
    batch.readAtUs = this.#fanOut.clock.nowUs;
    this.#batch = batch;
    this.#fanOut.markDirty(this);
    return batch;
  }
}
