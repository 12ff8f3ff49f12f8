import { type DeliveryBlock, decodeDeliveryBlock } from '@pulsemq/protocol';
import { FrameFlag, frameBodyBytes, frameHeaderBytesOf } from '@pulsemq/zmtp';
import { Clock } from '../../../src/engine/clock.js';
import { LargeMessage } from '../../../src/engine/fanout/batch/message.js';
import { frameBody, keyAt, messageEnd } from '../../../src/engine/fanout/batch/message-walk.js';
import { FanOut } from '../../../src/engine/fanout/fan-out.js';
import type { BacklogLimits } from '../../../src/engine/fanout/subscriber/limits.js';
import type { SlowPolicy } from '../../../src/engine/fanout/subscriber/policy.js';
import { Subscriber } from '../../../src/engine/fanout/subscriber/subscriber.js';
import { Intake } from '../../../src/engine/route/accept.js';
import { interestSet } from '../../../src/engine/route/interest.js';
import { InterestTable } from '../../../src/engine/route/interest-table.js';
import { LastValues } from '../../../src/engine/route/memory/last-values.js';
import { NamespaceTable } from '../../../src/engine/route/namespace-table.js';
import { allTopics } from '../../../src/engine/route/prefix-set.js';
import type { Route } from '../../../src/engine/route/route.js';
import { Located, locate, RequestSpan } from '../../../src/engine/session/wire/message-locator.js';
import { StoppableSink } from '../stoppable-sink.js';
import { testGuard, testLimits, testOrigin, wirePublish } from '../support.js';

/** A delivery as a reader got it. */
export interface Received {
  readonly key: string;
  readonly block: DeliveryBlock;
}

/** A subscriber with a policy, and what it got. */
export interface Reader {
  readonly sink: StoppableSink;
  readonly subscriber: Subscriber;
  /** Everything taken so far. */
  received(): Received[];
}

/** What publishing sets on a message. */
export interface PublishOptions {
  readonly flags?: number;
}

const valueRoomBytes = 1 << 24;

/** The fan-out with last values, some topics, and subscribers of any policy on sockets that can be stopped. */
export class PolicyScene {
  readonly clock = new Clock();
  readonly fanOut: FanOut;
  readonly namespaces = new NamespaceTable();
  readonly interest: InterestTable;
  readonly lastValues: LastValues;
  readonly intake: Intake;
  readonly namespace = this.namespaces.ofOrNew('market');
  #lastRouteId = 0;

  constructor(limits: BacklogLimits = testLimits, valueBytes = valueRoomBytes) {
    this.fanOut = new FanOut(limits, this.clock, testGuard);
    this.interest = new InterestTable(this.namespaces, this.fanOut);
    this.lastValues = new LastValues(valueBytes, this.clock, this.fanOut.memory);
    this.intake = new Intake(this.fanOut, this.lastValues);
    this.namespace.keepsLastValues = true;
  }

  route(topic: string): Route {
    return this.namespace.route(topic) ?? this.namespace.addRoute(++this.#lastRouteId, topic, 7);
  }

  /** Publishes one message, small or large by its size. The read it came with goes on until `endRead`. */
  publish(topic: string, payloadBytes: number, options: PublishOptions = {}): void {
    const route = this.route(topic);
    const wire = wirePublish(topic, Buffer.alloc(payloadBytes, route.publishedCount + 1), options);
    const span = new RequestSpan();
    if (locate(wire, 0, wire.length, span) === Located.whole) return this.intake.accept(route, span, testOrigin);
    const chunks = [wire.subarray(0, span.payloadEnd)];
    this.intake.accept(route, new LargeMessage(chunks, [], Buffer.alloc(0), payloadBytes), testOrigin);
  }

  /** Ends the read and the turn. */
  endTurn(): void {
    this.intake.endRead();
    this.fanOut.turn.flush();
  }

  reader(policy: SlowPolicy, pattern = '>', ratePerSecond: number | null = null): Reader {
    const sink = new StoppableSink();
    const subscriber = new Subscriber(sink, this.fanOut);
    subscriber.setPolicy(policy);
    this.place(subscriber, pattern, ratePerSecond);
    return { sink, subscriber, received: () => messagesIn(Buffer.concat(sink.taken)) };
  }

  /** Moves a subscriber to another pattern; null for none. */
  place(subscriber: Subscriber, pattern: string | null, ratePerSecond: number | null): void {
    const interests = pattern === null ? [] : [{ namespace: 'market', pattern, prefixes: allTopics }];
    this.interest.place(subscriber, interestSet(interests), ratePerSecond);
  }

  close({ sink, subscriber }: Reader): void {
    sink.abandon();
    subscriber.close();
    this.interest.remove(subscriber);
  }
}

/** The deliveries in a stream of bytes. A large one at the end that was cut is left out. */
export function messagesIn(bytes: Buffer): Received[] {
  const received: Received[] = [];
  for (let at = 0; at < bytes.length && isWholeAt(bytes, at); ) {
    const end = messageEnd(bytes, at);
    const block = decodeDeliveryBlock(bytes.subarray(frameBody(bytes, at, 6), end))!;
    received.push({ key: keyAt(bytes, at), block });
    at = end;
  }
  return received;
}

/** The last frame of the message at `at` has arrived whole. */
function isWholeAt(bytes: Buffer, at: number): boolean {
  for (;;) {
    const flags = bytes[at];
    if (flags === undefined || at + frameHeaderBytesOf(flags) > bytes.length) return false;
    at += frameHeaderBytesOf(flags) + frameBodyBytes(bytes, at);
    if (at > bytes.length) return false;
    if ((flags & FrameFlag.more) === 0) return true;
  }
}
