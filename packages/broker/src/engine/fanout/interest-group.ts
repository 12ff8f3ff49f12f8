import type { Clock } from '../clock.js';
import type { Batch } from './batch/batch.js';
import type { BatchMemory } from './batch/batch-memory.js';
import { slabMaxBytes } from './batch/slab-pool.js';
import type { FanOut } from './fan-out.js';
import type { GroupMember } from './group-member.js';
import type { Flushable, Turn } from './turn.js';

/**
 * The subscribers that want exactly the same messages. A message is copied once into the group's batch, and the batch is written to every
 * member: fan-out to a hundred equal subscribers costs one copy of each message, and a hundred writes of each batch.
 */
export class InterestGroup implements Flushable {
  /** The interest as text; equal interests have equal keys. */
  readonly key: string;
  /** In no particular order. */
  readonly members: GroupMember[] = [];
  /** Members that count as subscribers. */
  readerCount = 0;
  readonly #memory: BatchMemory;
  readonly #turn: Turn;
  readonly #clock: Clock;
  #batch: Batch | null = null;

  constructor(key: string, { memory, turn, clock }: FanOut) {
    this.key = key;
    this.#memory = memory;
    this.#turn = turn;
    this.#clock = clock;
  }

  /** The batch with room for `bytes` more, at most `slabMaxBytes`. The caller fills them and advances `endBytes`. */
  reserve(bytes: number): Batch {
    const batch = this.#batch;
    if (batch === null) return this.#begin(bytes);
    const needed = batch.endBytes + bytes;
    if (needed <= batch.buffer.length) return batch;
    if (needed <= slabMaxBytes) {
      this.#memory.slabs.grow(batch, needed);
      return batch;
    }
    this.flush();
    return this.#begin(bytes);
  }

  /** Delivers a large message, after everything that is already in the batch. */
  deliverLarge(batch: Batch): void {
    this.flush();
    for (const member of this.members) member.deliver(batch);
  }

  /** Writes the batch to every member. A group without new messages holds no slab. */
  flush(): void {
    const batch = this.#batch;
    if (batch === null) return;
    this.#batch = null;
    for (const member of this.members) member.deliver(batch);
    if (batch.pins === 0) this.#memory.slabs.release(batch);
  }

  /** Adds a member, which gets the messages from the next one on. */
  join(member: GroupMember): void {
    this.flush();
    this.members.push(member);
    if (member.isReader) this.readerCount++;
  }

  /** Takes a member out, after it got what was meant for it so far. */
  leave(member: GroupMember): void {
    this.flush();
    const at = this.members.indexOf(member);
    const last = this.members.pop();
    if (last !== undefined && last !== member) this.members[at] = last;
    if (member.isReader) this.readerCount--;
  }

  #begin(bytes: number): Batch {
    const batch = this.#memory.slabs.take(bytes);
    batch.readAtUs = this.#clock.nowUs;
    this.#batch = batch;
    this.#turn.flushLater(this);
    return batch;
  }
}
