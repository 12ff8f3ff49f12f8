import { frameHeaderBytes, writeFrameHeader } from '@pulsemq/zmtp';
import type { Guard } from '../../../guard.js';
import { encodeTopics, RecordOffset, recordHeadBytes } from '../../../journal/format.js';
import type { Journal } from '../../../journal/journal.js';
import { Control, isAtOrPast, type Position } from '../../../journal/ring.js';
import { OpenSpan } from '../../../journal/ring-span.js';
import type { Clock } from '../../clock.js';
import type { LargeMessage, Message } from '../../fanout/batch/message.js';
import type { LogEnd, LoggedRoute, MessageLog } from '../message-log.js';

/** How often the engine looks whether a full ring has room again. */
export const roomCheckMs = 1;

/** Something that waits until messages are durable. */
export interface SettleWaiter {
  /** Messages up to the one with this number are durable, or were discarded. False when it waits for no more. */
  settled(number: number, isStored: boolean): boolean;
}

/** What found no room in the ring. */
interface Later {
  /** 0 for messages. */
  readonly control: number;
  /** The number of messages, or the value of another record. */
  readonly value: number;
  /** The records of messages, or the body of another record. */
  readonly bytes: Buffer;
}

/**
 * Puts accepted messages into the ring of the journal. What finds no room waits here, in order, and publishers are paused meanwhile: what they
 * had sent before they were paused is the most that can wait.
 */
export class JournalFeed implements MessageLog, LogEnd {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #guard: Guard;
  /** Messages of the present read. They go into the ring when it ends, or when another message does not follow them. */
  readonly #span: OpenSpan;
  #later: Later[] = [];
  #laterBytes = 0;
  #timer: NodeJS.Timeout | null = null;
  /** Messages appended since the start; the number of the last one. */
  appendedCount = 0;
  /** Number of the last message that is in the ring. */
  #insertedCount = 0;
  /** Up to which message the ring was filled when it was published. Kept under the policy `always` only. */
  #published: { readonly position: Position; readonly number: number }[] = [];
  readonly #waiters = new Set<SettleWaiter>();
  readonly #isSyncAwaited: boolean;
  /** The writing thread has ended. */
  #hasFailed = false;

  constructor(journal: Journal, clock: Clock, guard: Guard) {
    this.#journal = journal;
    this.#clock = clock;
    this.#guard = guard;
    this.#isSyncAwaited = journal.settings.fsync === 'always';
    this.#span = new OpenSpan(journal.ring);
  }

  /** Half of the ring waits to be written: publishers are to be paused. */
  get isFull(): boolean {
    const { ring } = this.#journal;
    if (this.#hasFailed) return false;
    return this.#laterBytes > 0 || ring.waitingBytes * 2 > ring.sizeBytes;
  }

  /** Bytes that publishers may send now. */
  get roomBytes(): number {
    const { ring } = this.#journal;
    if (this.#hasFailed) return Number.POSITIVE_INFINITY;
    return this.#laterBytes > 0 ? 0 : Math.max(0, ring.sizeBytes / 2 - ring.waitingBytes);
  }

  /** Bytes that are not written yet: those in the ring, and those that found no room there. */
  get waitingBytes(): number {
    return this.#journal.ring.waitingBytes + this.#laterBytes;
  }

  /** Messages wait for room in the ring. */
  get hasWaiting(): boolean {
    return this.#laterBytes > 0;
  }

  append(route: LoggedRoute, message: Message): void {
    this.appendedCount++;
    if (this.#hasFailed) return;
    if (message.isLarge) return this.#appendLarge(route, message);
    const { buf, start, reservedEnd } = message;
    if (!this.#span.continues(buf, start, reservedEnd)) {
      this.#endSpan();
      this.#span.begin(buf, start);
    }
    this.#span.add(reservedEnd, route, this.#clock);
  }

  name({ id, epoch, namespace, topic }: LoggedRoute): void {
    const body = encodeTopics([{ number: id, epoch, key: `${namespace.name}:${topic}` }]);
    this.#addControl(Control.topics, 1, body);
  }

  publish(): void {
    const { ring } = this.#journal;
    this.#endSpan();
    if (this.#laterBytes > 0) this.#insertLater();
    if (this.#isSyncAwaited && this.#insertedCount > (this.#published.at(-1)?.number ?? 0)) {
      this.#published.push({ position: ring.position, number: this.#insertedCount });
    }
    ring.publish();
  }

  /** Calls `waiter` until it says that it waits for no more. */
  wait(waiter: SettleWaiter): void {
    if (this.#hasFailed) waiter.settled(Number.POSITIVE_INFINITY, false);
    else this.#waiters.add(waiter);
  }

  /** Everything before a position is durable, or was discarded. */
  settle(to: Position, isStored: boolean): void {
    const count = this.#published.findIndex(({ position }) => !isAtOrPast(to, position));
    const done = this.#published.splice(0, count < 0 ? this.#published.length : count);
    const number = done.at(-1)?.number;
    if (number === undefined) return;
    for (const waiter of this.#waiters) {
      if (!waiter.settled(number, isStored)) this.#waiters.delete(waiter);
    }
  }

  /** The writing thread has ended: nothing is stored any more, and nothing waits for it. */
  fail(): void {
    this.#hasFailed = true;
    this.#span.clear();
    this.#later = [];
    this.#laterBytes = 0;
    this.#published = [];
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const waiter of this.#waiters) waiter.settled(Number.POSITIVE_INFINITY, false);
    this.#waiters.clear();
  }

  /** Resolves when all that was appended is in the ring. */
  async flush(): Promise<void> {
    for (this.publish(); this.#laterBytes > 0; this.publish()) {
      await new Promise((resolve) => setTimeout(resolve, roomCheckMs));
    }
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /**
   * A copy, because the chunks of the message go back to their pool when its subscribers have it. The writing thread gets its memory: into shared
   * memory V8 copies byte by byte.
   */
  #appendLarge(route: LoggedRoute, { chunks, reserved }: LargeMessage): void {
    const bodyBytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const framesBytes = bodyBytes + frameHeaderBytes(reserved.length) + reserved.length;
    const record = Buffer.allocUnsafeSlow(recordHeadBytes + framesBytes);
    this.#writeHead(new DataView(record.buffer), 0, framesBytes, route);
    let at = recordHeadBytes;
    for (const chunk of chunks) at += chunk.copy(record, at);
    reserved.copy(record, writeFrameHeader(record, at, 0, reserved.length));
    this.#addControl(Control.large, this.#journal.sendLarge(record.buffer as ArrayBuffer), noBytes);
  }

  #writeHead(fields: DataView, at: number, framesBytes: number, route: LoggedRoute): void {
    fields.setUint32(at + RecordOffset.bytes, framesBytes);
    fields.setUint32(at + RecordOffset.topic, route.id);
    fields.setUint32(at + RecordOffset.sequence, route.sequenceHigh);
    fields.setUint32(at + RecordOffset.sequence + 4, route.sequenceLow);
    fields.setUint32(at + RecordOffset.receivedUs, this.#clock.highUs);
    fields.setUint32(at + RecordOffset.receivedUs + 4, this.#clock.lowUs);
  }

  /** Puts the messages of the present read into the ring. */
  #endSpan(): void {
    const { count } = this.#span;
    if (count === 0) return;
    if (this.#laterBytes > 0 || !this.#span.putInto(this.#journal.ring)) {
      this.#addLater({ control: 0, value: count, bytes: this.#span.records() });
    } else this.#insertedCount += count;
    this.#span.clear();
  }

  #addControl(control: number, value: number, bytes: Buffer): void {
    if (this.#hasFailed) return;
    this.#endSpan();
    if (this.#laterBytes > 0 || !this.#insertControl(control, value, bytes)) this.#addLater({ control, value, bytes });
  }

  #insertControl(control: number, value: number, bytes: Buffer): boolean {
    if (!this.#journal.ring.addControl(control, value, bytes)) return false;
    if (control === Control.large) this.#insertedCount++;
    return true;
  }

  #addLater(later: Later): void {
    this.#later.push(later);
    this.#laterBytes += recordHeadBytes + later.bytes.length;
    this.#timer ??= setTimeout(() => this.#guard.run('the ring of the journal', () => this.#onTimer()), roomCheckMs);
  }

  #onTimer(): void {
    this.#timer = null;
    this.publish();
    if (this.#laterBytes > 0) {
      this.#timer = setTimeout(() => this.#guard.run('the ring of the journal', () => this.#onTimer()), roomCheckMs);
    }
  }

  /** Moves what waits into the ring, as far as there is room. */
  #insertLater(): void {
    let count = 0;
    for (const { control, value, bytes } of this.#later) {
      if (control === 0 ? !this.#insertRecords(bytes, value) : !this.#insertControl(control, value, bytes)) break;
      this.#laterBytes -= recordHeadBytes + bytes.length;
      count++;
    }
    this.#later.splice(0, count);
  }

  #insertRecords(records: Buffer, count: number): boolean {
    const { ring } = this.#journal;
    const at = ring.reserve(records.length);
    if (at < 0) return false;
    ring.buffer.set(records, at);
    this.#insertedCount += count;
    return true;
  }
}

const noBytes = Buffer.alloc(0);
