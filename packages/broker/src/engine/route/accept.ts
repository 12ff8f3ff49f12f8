import { HeaderOffset } from '@pulsemq/protocol';
import { readU32 } from '@pulsemq/zmtp';
import type { Clock } from '../clock.js';
import { deliver } from '../fanout/batch/delivery.js';
import { largeBatch } from '../fanout/batch/large-batch.js';
import type { LargeMessage, Message } from '../fanout/batch/message.js';
import type { FanOut } from '../fanout/fan-out.js';
import type { InterestGroup } from '../fanout/interest-group.js';
import type { LastValues } from './memory/last-values.js';
import type { Origin } from './origin.js';
import type { Route } from './route.js';

/**
 * The one door for messages. Every message that the broker takes passes here, small or large, from a session or from the admin API:
 * it gets its sequence, is counted, is kept as last value where wanted, and goes to the groups of its route. Before this: the rights and
 * the route are known. After it: the fan-out.
 */
export class Intake {
  /** Messages accepted since the start. */
  publishedCount = 0;
  /** Payload bytes of these messages. */
  publishedBytes = 0;
  readonly #fanOut: FanOut;
  readonly #lastValues: LastValues;
  readonly #clock: Clock;

  constructor(fanOut: FanOut, lastValues: LastValues) {
    this.#fanOut = fanOut;
    this.#lastValues = lastValues;
    this.#clock = fanOut.clock;
  }

  /** Accepts one message. A large one belongs to the fan-out after this. */
  accept(route: Route, message: Message, origin: Origin): void {
    const { payloadBytes } = message;
    route.advance(payloadBytes);
    if (route.origin !== origin) takeOver(route, origin);
    if (route.turnCount++ === 0) this.#fanOut.turn.touch(route);
    this.#noteDelay(route, message.buf, message.start);
    origin.publishedCount++;
    origin.publishedBytes += payloadBytes;
    this.publishedCount++;
    this.publishedBytes += payloadBytes;
    const groups = route.namespace.groupsOf(route);
    route.noteMatches(groups);
    if (route.keepsLastValue) this.#keep(route, message);
    if (message.isLarge) this.#deliverLarge(route, message, groups);
    else if (groups.length > 0) this.#fanOut.turn.noteAppended(deliver(groups, route, message, this.#clock));
  }

  /** How long the message was on its way, by the clock of its publisher. */
  #noteDelay(route: Route, buf: Buffer, start: number): void {
    const at = start + 2 + HeaderOffset.timestamp;
    const highMs = readU32(buf, at);
    if (highMs === this.#clock.highMs) route.noteDelay((this.#clock.lowMs >>> 0) - readU32(buf, at + 4));
    else if (highMs > this.#clock.highMs) route.aheadCount++;
  }

  #keep(route: Route, message: Message): void {
    const pieces = message.isLarge ? message.chunks : [message.buf.subarray(message.start, message.payloadEnd)];
    this.#lastValues.keep(route, pieces);
  }

  /** The pin keeps the slabs while members that write at once recycle nothing. */
  #deliverLarge(route: Route, message: LargeMessage, groups: readonly InterestGroup[]): void {
    const { memory } = this.#fanOut;
    if (groups.length === 0) return memory.chunks.give(message.slabs);
    const batch = largeBatch(route, message, this.#clock);
    memory.pin(batch);
    for (const group of groups) group.deliverLarge(batch);
    memory.unpin(batch);
  }
}

function takeOver(route: Route, origin: Origin): void {
  if (route.origin !== null && !origin.takesOver) return;
  route.origin?.release(route);
  route.origin = origin;
  origin.hold(route);
}
