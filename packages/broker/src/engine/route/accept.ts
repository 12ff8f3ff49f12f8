import { HeaderOffset } from '@pulsemq/protocol';
import { readU32 } from '@pulsemq/zmtp';
import type { Clock } from '../clock.js';
import { deliver } from '../fanout/batch/delivery.js';
import { largeBatch } from '../fanout/batch/large-batch.js';
import type { LargeMessage, Message, SmallMessage } from '../fanout/batch/message.js';
import type { FanOut } from '../fanout/fan-out.js';
import type { InterestGroup } from '../fanout/interest-group.js';
import type { LastValues } from './memory/last-values.js';
import type { LogEnd } from './message-log.js';
import { News } from './news.js';
import type { Origin } from './origin.js';
import { takeOver } from './publishers.js';
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
  /** The journal, once a namespace keeps history. */
  log: LogEnd | null = null;
  /** A topic whose publisher was gone has one again. */
  onPublisherBack: (route: Route) => void = () => {};
  readonly #fanOut: FanOut;
  readonly #lastValues: LastValues;
  readonly #news: News;
  readonly #clock: Clock;

  constructor(fanOut: FanOut, lastValues: LastValues) {
    this.#fanOut = fanOut;
    this.#lastValues = lastValues;
    this.#news = new News(fanOut, lastValues);
    this.#clock = fanOut.clock;
  }

  /** Accepts one message. A large one belongs to the fan-out after this. Call `endRead` before the buffer of a small one changes. */
  accept(route: Route, message: Message, origin: Origin): void {
    const { payloadBytes } = message;
    const { takerTotal, turn } = this.#fanOut;
    const { namespace } = route;
    const groups = namespace.groupsOf(route);
    // A member that begins to lag with what went before must take note of this one.
    if (message.isLarge) flushAll(route, groups);
    const takerCount = takerTotal.count;
    const isNews = takerCount > 0 || route.paces !== null;
    const isWhole = isNews && this.#news.announce(route, message, groups);
    route.advance(payloadBytes);
    if (route.origin !== origin && takeOver(route, origin, this.#clock.steadyMs)) this.onPublisherBack(route);
    if (route.turnCount++ === 0) turn.touch(route);
    this.#noteDelay(route, message.buf, message.start);
    origin.publishedCount++;
    origin.publishedBytes += payloadBytes;
    this.publishedCount++;
    this.publishedBytes += payloadBytes;
    route.acceptNumber = this.publishedCount;
    route.noteMatches(groups);
    // The history of another broker's messages is asked from that broker.
    if (namespace.log !== null && route.remote === null) namespace.log.append(route, message);
    if (message.isLarge) return this.#acceptLarge(route, message, groups, isNews, isWhole);
    this.#acceptSmall(route, message, groups);
    if (isNews) this.#news.deliverSmall(route, message, groups, isWhole);
    if (takerTotal.count !== takerCount && !isWhole) this.#news.deliverLate(route, message, groups, isNews);
  }

  /** Copies the last values that a read has brought, and passes its messages to the journal. */
  endRead(): void {
    this.#lastValues.settle();
    if (this.log !== null) this.log.publish();
  }

  /** Gives back the last value of a topic. What waits of it for conflating subscribers stays theirs. */
  forgetValue(route: Route): void {
    if (route.value !== null) this.#news.settleTopic(route, route.namespace.groupsOf(route));
    this.#lastValues.forget(route);
  }

  #acceptSmall(route: Route, message: SmallMessage, groups: readonly InterestGroup[]): void {
    if (route.keepsLastValue) this.#lastValues.note(route, message);
    if (groups.length > 0) this.#fanOut.turn.noteAppended(deliver(groups, route, message, this.#clock));
  }

  /** The pin keeps the slabs while members that write at once recycle nothing. */
  #acceptLarge(
    route: Route,
    message: LargeMessage,
    groups: readonly InterestGroup[],
    isNews: boolean,
    isWhole: boolean,
  ): void {
    const { memory } = this.#fanOut;
    if (groups.length === 0 && !isNews && !route.keepsLastValue) return memory.chunks.give(message.slabs);
    const batch = largeBatch(route, message, this.#clock);
    memory.pin(batch);
    if (route.keepsLastValue) this.#lastValues.keepLarge(route, batch);
    if (isNews) this.#news.deliverLarge(route, batch, groups, isWhole);
    for (const group of groups) group.deliverLarge(batch);
    memory.unpin(batch);
  }

  /** How long the message was on its way, by the clock of its publisher. */
  #noteDelay(route: Route, buf: Buffer, start: number): void {
    const at = start + 2 + HeaderOffset.timestamp;
    const highMs = readU32(buf, at);
    if (highMs === this.#clock.highMs) route.noteDelay((this.#clock.lowMs >>> 0) - readU32(buf, at + 4));
    else if (highMs > this.#clock.highMs) route.aheadCount++;
  }
}

function flushAll({ paces }: Route, groups: readonly InterestGroup[]): void {
  for (const group of groups) group.flush();
  for (const { group } of paces ?? []) group.flush();
}
