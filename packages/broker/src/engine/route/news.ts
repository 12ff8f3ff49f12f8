import { HeaderOffset, PubFlag } from '@pulsemq/protocol';
import { Batch } from '../fanout/batch/batch.js';
import { deliver, deliveryBytes } from '../fanout/batch/delivery.js';
import type { Message, SmallMessage } from '../fanout/batch/message.js';
import type { FanOut } from '../fanout/fan-out.js';
import type { InterestGroup } from '../fanout/interest-group.js';
import type { LastValues } from './memory/last-values.js';
import type { Route } from './route.js';

/**
 * The way of a message to those that take news instead of messages: conflating subscribers that lag, and paced groups. `announce` comes before
 * the message is counted and kept; the other calls come after.
 */
export class News {
  readonly #fanOut: FanOut;
  readonly #lastValues: LastValues;

  constructor(fanOut: FanOut, lastValues: LastValues) {
    this.#fanOut = fanOut;
    this.#lastValues = lastValues;
  }

  /** Says whether the message must be delivered whole: it is marked so, or its value is not kept. Then pending values of its topic are settled. */
  announce(route: Route, message: Message, groups: readonly InterestGroup[]): boolean {
    const isWhole = this.#mustBeWhole(route, message);
    if (isWhole) this.settleTopic(route, groups);
    else {
      for (const group of groups) noteIn(group, route);
      for (const { group } of route.paces ?? []) noteIn(group, route);
    }
    return isWhole;
  }

  /** Makes all pending values of a topic whole messages: its last value goes. */
  settleTopic(route: Route, groups: readonly InterestGroup[]): void {
    // The pending value may still lie in the read buffer.
    this.#lastValues.settle();
    for (const group of groups) settleIn(group, route);
    for (const pace of route.paces ?? []) {
      pace.group.settleTopic(pace);
      // After it: a member may have begun to lag with the value of its topic.
      settleIn(pace.group, route);
    }
  }

  deliverSmall(route: Route, message: SmallMessage, groups: readonly InterestGroup[], isWhole: boolean): void {
    for (const pace of route.paces ?? []) {
      const { group } = pace;
      if (!isWhole) group.noteMessage(pace, message);
      else {
        group.passed(pace);
        if (group.members.length > 0) {
          this.#fanOut.turn.noteAppended(deliver([group], route, message, this.#fanOut.clock));
        }
      }
    }
    // After the members: one of them may have begun to lag with what went before.
    if (isWhole) this.#deliverWhole(this.#single(route, message, groups), groups, route);
  }

  /** Gives a message to members that began to lag, with what went before it, while it was accepted. */
  deliverLate(route: Route, message: SmallMessage, groups: readonly InterestGroup[], isAnnounced: boolean): void {
    if (!isAnnounced && this.#mustBeWhole(route, message)) {
      return this.#deliverWhole(this.#single(route, message, groups), groups, route);
    }
    const baseCount = route.publishedCount - 1;
    for (const { takers } of groups) for (const taker of takers) taker.noteSince(route, baseCount);
  }

  /** Comes before the other groups get it: a member that begins to lag with this message has got it. */
  deliverLarge(route: Route, batch: Batch, groups: readonly InterestGroup[], isWhole: boolean): void {
    if (isWhole) this.#deliverWhole(batch, groups, route);
    for (const pace of route.paces ?? []) {
      const { group } = pace;
      if (!isWhole) group.noteMessage(pace, null);
      else {
        group.passed(pace);
        group.deliverLarge(batch);
      }
    }
  }

  #mustBeWhole(route: Route, message: Message): boolean {
    const flags = message.buf[message.start + 2 + HeaderOffset.flags]!;
    return (flags & PubFlag.doNotConflate) !== 0 || !this.#lastValues.fits(route, message);
  }

  #deliverWhole(batch: Batch | null, groups: readonly InterestGroup[], route: Route): void {
    if (batch === null) return;
    for (const group of groups) for (const taker of group.takers) taker.takeWhole(batch);
    for (const { group } of route.paces ?? []) for (const taker of group.takers) taker.takeWhole(batch);
  }

  /** The message in a batch of its own, for those that queue it whole; null when there are none. */
  #single(route: Route, message: SmallMessage, groups: readonly InterestGroup[]): Batch | null {
    const hasTakers = ({ takers }: InterestGroup): boolean => takers.length > 0;
    if (!groups.some(hasTakers) && !route.paces?.some(({ group }) => hasTakers(group))) return null;
    const batch = new Batch(Buffer.allocUnsafeSlow(deliveryBytes(route, message)), -1);
    batch.readAtUs = this.#fanOut.clock.nowUs;
    deliver([{ reserve: () => batch }], route, message, this.#fanOut.clock);
    return batch;
  }
}

function noteIn({ takers }: InterestGroup, route: Route): void {
  for (const taker of takers) taker.note(route);
}

function settleIn({ takers }: InterestGroup, route: Route): void {
  for (const taker of takers) taker.settle(route);
}
