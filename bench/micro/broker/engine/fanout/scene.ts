import { Clock } from '../../../../../packages/broker/dist/engine/clock.js';
import { FanOut } from '../../../../../packages/broker/dist/engine/fanout/fan-out.js';
import type { SubscriberSink } from '../../../../../packages/broker/dist/engine/fanout/subscriber/byte-sink.js';
import { Subscriber } from '../../../../../packages/broker/dist/engine/fanout/subscriber/subscriber.js';
import { Intake } from '../../../../../packages/broker/dist/engine/route/accept.js';
import { interestSet } from '../../../../../packages/broker/dist/engine/route/interest.js';
import { InterestTable } from '../../../../../packages/broker/dist/engine/route/interest-table.js';
import { LastValues } from '../../../../../packages/broker/dist/engine/route/memory/last-values.js';
import { NamespaceTable } from '../../../../../packages/broker/dist/engine/route/namespace-table.js';
import type { Origin } from '../../../../../packages/broker/dist/engine/route/origin.js';
import { allTopics } from '../../../../../packages/broker/dist/engine/route/prefix-set.js';
import type { Route } from '../../../../../packages/broker/dist/engine/route/route.js';
import { Guard } from '../../../../../packages/broker/dist/guard.js';

const guard = new Guard((text) => {
  throw new Error(text);
});

const limits = { outboxBytes: 1 << 26, outboxMessageCount: 10_000, outboxTotalBytes: 1 << 30 };

/** A socket that accepts every write at once. */
const openSink: SubscriberSink = { write: (_bytes, done) => done(), pendingBytes: 0, overflow: () => {} };

/** Fan-out, one namespace, and subscribers with sockets that accept every write. */
export class Scene {
  readonly clock = new Clock();
  readonly fanOut = new FanOut(limits, this.clock, guard);
  readonly #namespaces = new NamespaceTable();
  readonly #interest = new InterestTable(this.#namespaces, this.fanOut);
  readonly namespace = this.#namespaces.ofOrNew('market');
  readonly intake = new Intake(this.fanOut, new LastValues(0, this.clock, this.fanOut.memory));
  readonly origin: Origin = {
    user: { id: 1 },
    endedSteadyMs: null,
    takesOver: true,
    publishedCount: 0,
    publishedBytes: 0,
    hold: () => {},
    release: () => {},
  };
  #lastId = 0;

  route(topic: string): Route {
    return this.namespace.addRoute(++this.#lastId, topic, 1);
  }

  subscriber(...patterns: string[]): Subscriber {
    const subscriber = new Subscriber(openSink, this.fanOut);
    this.place(subscriber, ...patterns);
    return subscriber;
  }

  place(subscriber: Subscriber, ...patterns: string[]): void {
    const interests = patterns.map((pattern) => ({ namespace: 'market', pattern, prefixes: allTopics }));
    this.#interest.place(subscriber, interestSet(interests));
  }
}
