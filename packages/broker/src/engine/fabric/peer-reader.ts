import { HeaderOffset, MessageType } from '@pulsemq/protocol';
import { largeBatch } from '../fanout/batch/large-batch.js';
import { LargeMessage, type Message } from '../fanout/batch/message.js';
import type { Origin } from '../route/origin.js';
import type { Route } from '../route/route.js';
import type { EngineCore } from '../session/core.js';
import { isGoodPublishHeader } from '../session/wire/publish-header.js';
import { DeliverySpan } from './delivery-span.js';
import { PartAssembly } from './part-assembly.js';
import type { PeerStream } from './peer-stream.js';
import type { PeerStreams } from './peer-streams.js';
import { Flag, feedHeadBytes, feedOf, numberOf, PartOffset, partHeadBytes } from './wire.js';

/** Another broker as the origin of messages: its sessions are not known here, so it makes no topic stale when one ends. */
export class PeerOrigin implements Origin {
  readonly user = { id: 0 };
  readonly endedSteadyMs = null;
  readonly takesOver = false;
  publishedCount = 0;
  publishedBytes = 0;

  hold(): void {}

  release(): void {}
}

/**
 * Reads what another broker sends: checks that nothing is missing, finds the stream of each delivery, and hands it to the intake with the
 * sequence, epoch and time that its own broker gave it.
 */
export class PeerReader {
  /** The feed that is read; 0 before the first. */
  feed = 0;
  /** Number of its last message. */
  number = 0;
  receivedBytes = 0;
  lostBatchCount = 0;
  lostCount = 0;
  duplicateCount = 0;
  badCount = 0;
  readonly origin: PeerOrigin;
  /** Messages of the feed are missing. */
  onLoss: () => void = () => {};
  /** A new feed has begun: the other broker must learn again what is wanted. */
  onFeed: () => void = () => {};
  /** Last values have come that were asked for after a loss. */
  onState: () => void = () => {};
  readonly #core: EngineCore;
  readonly #streams: PeerStreams;
  readonly #span = new DeliverySpan();
  readonly #parts = new PartAssembly();

  constructor(core: EngineCore, streams: PeerStreams, origin: PeerOrigin) {
    this.#core = core;
    this.#streams = streams;
    this.origin = origin;
  }

  /** Takes note of the number of a message of the feed. False for a message that must not be read: an older one, or one that came twice. */
  admits(bytes: Buffer): boolean {
    if (bytes.length < feedHeadBytes) {
      this.badCount++;
      return false;
    }
    const feed = feedOf(bytes);
    if (feed < this.feed) return false;
    const number = numberOf(bytes);
    if (feed > this.feed) this.#begin(feed);
    if (number <= this.number) return false;
    this.#noteNumber(number - 1);
    this.number = number;
    this.receivedBytes += bytes.length;
    return true;
  }

  /**
   * The other broker says what the last number of its feed is: what has not come by now is lost. A number beyond it was never sent, and what
   * it led to is given up.
   */
  heardOf(feed: number, number: number): void {
    if (feed !== this.feed) this.#begin(feed);
    if (number < this.number) {
      this.#begin(feed);
      this.lostBatchCount++;
      this.number = number;
      this.onLoss();
    } else this.#noteNumber(number);
  }

  /** Deliveries, one behind the other. */
  batch(bytes: Buffer, flags: number): void {
    const { placement } = this.#core;
    if ((flags & Flag.sync) !== 0) this.onState();
    // A SUB of this turn must already see these messages.
    if (placement.isDirty) placement.apply();
    for (let at = feedHeadBytes; at < bytes.length; at = this.#span.end) {
      if (!this.#span.locate(bytes, at, bytes.length)) {
        this.badCount++;
        break;
      }
      this.#take(flags);
    }
    this.#end();
  }

  /** A part of one delivery. */
  part(bytes: Buffer, flags: number): void {
    if (bytes.length < partHeadBytes) {
      this.badCount++;
      return;
    }
    const at = bytes.readUInt32BE(PartOffset.at);
    const whole = this.#parts.add(at, bytes.readUInt32BE(PartOffset.total), bytes.subarray(partHeadBytes));
    if (whole === 'incomplete') return;
    if (whole === 'bad' || !this.#span.locate(whole, 0, whole.length)) {
      this.badCount++;
      return;
    }
    this.#take(flags);
    this.#end();
  }

  /** The last sequence of a topic without a value. Messages before it that have not come are lost. */
  head(stream: PeerStream, epoch: number, sequence: number): void {
    const route = stream.route?.epoch === epoch ? stream.route : this.#streams.open(stream, epoch);
    if (route === undefined || sequence <= route.sequence) return;
    if (route.sequence > 0) this.lostCount += sequence - route.sequence;
    setSequence(route, Math.floor(sequence / 0x1_0000_0000), sequence % 0x1_0000_0000);
  }

  #begin(feed: number): void {
    const isNew = feed !== this.feed;
    this.feed = feed;
    this.number = 0;
    this.#parts.reset();
    if (isNew) this.onFeed();
  }

  #noteNumber(number: number): void {
    if (number <= this.number) return;
    this.lostBatchCount += number - this.number;
    this.number = number;
    this.#parts.reset();
    this.onLoss();
  }

  #end(): void {
    const { intake, fanOut, clock } = this.#core;
    intake.endRead();
    clock.tick();
    fanOut.turn.flushIfFull();
  }

  /** One delivery, which the span has found. */
  #take(flags: number): void {
    const span = this.#span;
    const { message } = span;
    const type = message.buf[message.start + 2 + HeaderOffset.type];
    const stream = type === MessageType.pub && isGoodPublishHeader(message) ? this.#streams.find(span) : undefined;
    if (stream === undefined) {
      this.badCount++;
      return;
    }
    const route = stream.route!;
    const last = route.sequence;
    const { sequence } = span;
    if (sequence <= last) {
      // A last value is often of a message that has come already.
      if (flags === 0) this.duplicateCount++;
      return;
    }
    if (last > 0) this.lostCount += sequence - last - 1;
    this.#stamp(stream);
    if ((flags & Flag.fill) !== 0 && last === 0) this.#keep(route);
    else this.#accept(route);
  }

  /** The message was received by the other broker at that time. What came before in this read has its own. */
  #stamp(stream: PeerStream): void {
    const { clock, intake } = this.#core;
    const { highUs, lowUs } = this.#span;
    if (highUs !== clock.highUs || (lowUs | 0) !== clock.lowUs) {
      intake.endRead();
      clock.stamp(highUs, lowUs | 0);
    }
    stream.highUs = highUs;
    stream.lowUs = lowUs | 0;
  }

  #accept(route: Route): void {
    const { sequenceHigh: high, sequenceLow: low } = this.#span;
    // The intake advances it by one.
    setSequence(route, low === 0 ? high - 1 : high, low - 1);
    this.#core.intake.accept(route, this.#message(), this.origin);
  }

  /** A last value from before the first subscriber here: it is kept for snapshots and does not count as a message. */
  #keep(route: Route): void {
    const { lastValues, fanOut, clock } = this.#core;
    setSequence(route, this.#span.sequenceHigh, this.#span.sequenceLow);
    const ageMs = Math.max(0, clock.nowUs - route.receivedAtUs) / 1_000;
    route.freshness?.touched(Math.floor(clock.steadyMs - ageMs));
    if (!route.keepsLastValue) return;
    const message = this.#message();
    if (!message.isLarge) return lastValues.note(route, message);
    const batch = largeBatch(route, message, clock);
    fanOut.memory.pin(batch);
    lastValues.keepLarge(route, batch);
    fanOut.memory.unpin(batch);
  }

  #message(): Message {
    const { message, isLarge } = this.#span;
    if (!isLarge) return message;
    const { buf, start, payloadEnd, reservedStart, reservedEnd, payloadBytes } = message;
    return new LargeMessage(
      [buf.subarray(start, payloadEnd)],
      [],
      Buffer.from(buf.subarray(reservedStart, reservedEnd)),
      payloadBytes,
    );
  }
}

function setSequence(route: Route, high: number, low: number): void {
  route.sequenceHigh = high;
  route.sequenceLow = low | 0;
}
