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
    const flags = message.buf[message.start + 2 + HeaderOffset.flags]!;
    const isWhole = (flags & PubFlag.doNotConflate) !== 0 || !this.#lastValues.fits(route, message);
    // The pending value may still lie in the read buffer.
    if (isWhole) this.#lastValues.settle();
    for (const group of groups) announceTo(group, route, isWhole);
    for (const group of route.paced ?? []) {
      announceTo(group, route, isWhole);
      if (isWhole) group.settleTopic(route);
    }
    return isWhole;
  }

  deliverSmall(route: Route, message: SmallMessage, groups: readonly InterestGroup[], isWhole: boolean): void {
    if (isWhole) {
      const batch = this.#single(route, message, groups);
      if (batch !== null) this.#deliverWhole(batch, groups, route);
    }
    for (const group of route.paced ?? []) {
      if (!isWhole) group.noteMessage(route, message);
      else {
        group.passed(route);
        if (group.members.length > 0)
          this.#fanOut.turn.noteAppended(deliver([group], route, message, this.#fanOut.clock));
      }
    }
  }

  deliverLarge(route: Route, batch: Batch, groups: readonly InterestGroup[], isWhole: boolean): void {
    if (isWhole) this.#deliverWhole(batch, groups, route);
    for (const group of route.paced ?? []) {
      if (!isWhole) group.noteMessage(route, null);
      else {
        group.passed(route);
        group.deliverLarge(batch);
      }
    }
  }

  #deliverWhole(batch: Batch, groups: readonly InterestGroup[], route: Route): void {
    for (const group of groups) for (const taker of group.takers) taker.takeWhole(batch);
    for (const group of route.paced ?? []) for (const taker of group.takers) taker.takeWhole(batch);
  }

  /** The message in a batch of its own, for those that queue it whole; null when there are none. */
  #single(route: Route, message: SmallMessage, groups: readonly InterestGroup[]): Batch | null {
    const hasTakers = (list: readonly InterestGroup[]): boolean => list.some(({ takers }) => takers.length > 0);
    if (!hasTakers(groups) && !hasTakers(route.paced ?? [])) return null;
    const batch = new Batch(Buffer.allocUnsafeSlow(deliveryBytes(route, message)), -1);
    batch.readAtUs = this.#fanOut.clock.nowUs;
    deliver([{ reserve: () => batch }], route, message, this.#fanOut.clock);
    return batch;
  }
}

function announceTo(group: InterestGroup, route: Route, isWhole: boolean): void {
  for (const taker of group.takers) {
    if (isWhole) taker.settle(route);
    else taker.note(route);
  }
}
