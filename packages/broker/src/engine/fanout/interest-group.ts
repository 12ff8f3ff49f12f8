import type { Clock } from '../clock.js';
import type { Batch } from './batch/batch.js';
import type { BatchMemory } from './batch/batch-memory.js';
import { slabMaxBytes } from './batch/slab-pool.js';
import type { FanOut } from './fan-out.js';
import type { GroupMember, JoinedGroup } from './group-member.js';
import type { NewsTaker } from './news-taker.js';
import type { TakerTotal } from './taker-total.js';
import type { Flushable, Turn } from './turn.js';

/**
 * The subscribers that want exactly the same messages. A message is copied once into the group's batch, and the batch is written to every
 * member: fan-out to a hundred equal subscribers costs one copy of each message, and a hundred writes of each batch.
 */
export class InterestGroup implements Flushable, JoinedGroup {
  /** The interest as text; equal interests have equal keys. */
  readonly key: string;
  /** Its messages go out at the pace of a timer. */
  readonly isPaced: boolean;
  /** It gets what publishers of this broker send, and nothing that came from another broker. */
  takesOwnOnly = false;
  /** In no particular order. */
  readonly members: GroupMember[] = [];
  /** Members that lag and take note of news instead of batches. */
  readonly takers: (GroupMember & NewsTaker)[] = [];
  /** Members and takers that count as subscribers. */
  readerCount = 0;
  /** Messages accepted for this group. */
  matchedCount = 0;
  readonly #memory: BatchMemory;
  readonly #turn: Turn;
  readonly #clock: Clock;
  readonly #takerTotal: TakerTotal;
  #batch: Batch | null = null;

  constructor(key: string, { memory, turn, clock, takerTotal }: FanOut, isPaced = false) {
    this.key = key;
    this.isPaced = isPaced;
    this.#memory = memory;
    this.#turn = turn;
    this.#clock = clock;
    this.#takerTotal = takerTotal;
  }

  get isEmpty(): boolean {
    return this.members.length === 0 && this.takers.length === 0;
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
    this.#deliver(batch);
  }

  /** Writes the batch to every member. A group without new messages holds no slab. */
  flush(): void {
    const batch = this.#batch;
    if (batch === null) return;
    this.#batch = null;
    this.#deliver(batch);
    if (batch.pins === 0) this.#memory.slabs.release(batch);
  }

  /** Adds a member, which gets the messages from the next one on. */
  join(member: GroupMember): void {
    this.flush();
    this.members.push(member);
    if (member.isReader) this.readerCount++;
    member.joined(this);
  }

  /** Takes a member out, after it got what was meant for it so far. */
  leave(member: GroupMember): void {
    this.flush();
    if (!remove(this.members, member) && remove(this.takers, member)) this.#takerTotal.count--;
    if (member.isReader) this.readerCount--;
    member.left();
  }

  /** A member lags: it takes note of news from now on, after it got what was meant for it so far. */
  toTaker(member: GroupMember & NewsTaker): void {
    this.flush();
    remove(this.members, member);
    this.takers.push(member);
    this.#takerTotal.count++;
  }

  /** A taker has caught up: it gets batches again, from the next message on. */
  toMember(member: GroupMember & NewsTaker): void {
    this.flush();
    remove(this.takers, member);
    this.#takerTotal.count--;
    this.members.push(member);
  }

  /** Backwards, because a member that begins to lag leaves the list while it takes its batch. */
  #deliver(batch: Batch): void {
    for (let index = this.members.length - 1; index >= 0; index--) this.members[index]!.deliver(batch);
  }

  #begin(bytes: number): Batch {
    const batch = this.#memory.slabs.take(bytes);
    batch.readAtUs = this.#clock.nowUs;
    this.#batch = batch;
    this.#turn.flushLater(this);
    return batch;
  }
}

/** Removes an item by putting the last one in its place. False when it is not there. */
function remove<Item>(list: Item[], item: Item): boolean {
  const at = list.indexOf(item);
  if (at < 0) return false;
  const last = list.pop()!;
  if (last !== item) list[at] = last;
  return true;
}
