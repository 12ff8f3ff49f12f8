import { decodeDeliveryBlock } from '@pulsemq/protocol';
import { Clock } from '../../src/engine/clock.js';
import { LargeMessage } from '../../src/engine/fanout/batch/message.js';
import { frameBody, messageEnd } from '../../src/engine/fanout/batch/message-walk.js';
import { FanOut } from '../../src/engine/fanout/fan-out.js';
import { Subscriber } from '../../src/engine/fanout/subscriber/subscriber.js';
import { Intake } from '../../src/engine/route/accept.js';
import { interestSet } from '../../src/engine/route/interest.js';
import { InterestTable } from '../../src/engine/route/interest-table.js';
import { LastValues } from '../../src/engine/route/memory/last-values.js';
import { NamespaceTable } from '../../src/engine/route/namespace-table.js';
import { allTopics } from '../../src/engine/route/prefix-set.js';
import { LargeReader } from '../../src/engine/session/wire/large-reader.js';
import { Located, locate, RequestSpan } from '../../src/engine/session/wire/message-locator.js';
import { StoppableSink } from './stoppable-sink.js';
import { testGuard, testLimits, testOrigin, wirePublish } from './support.js';

/** A topic and its subscribers, whose sockets a test can stop, without a connection. */

export interface Received {
  readonly sequence: number;
  readonly bits: number;
}

/** Whole messages only, or this throws. */
export function receivedBy(sink: StoppableSink): Received[] {
  const bytes = Buffer.concat(sink.taken);
  const received: Received[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = messageEnd(bytes, at);
    const block = decodeDeliveryBlock(bytes.subarray(frameBody(bytes, at, 6), end))!;
    received.push({ sequence: block.sequence, bits: block.bits });
    at = end;
  }
  return received;
}

export function scene(limits = testLimits) {
  const clock = new Clock();
  const fanOut = new FanOut(limits, clock, testGuard);
  const namespaces = new NamespaceTable();
  const interest = new InterestTable(namespaces, fanOut);
  const route = namespaces.ofOrNew('market').addRoute(1, 't', 7);
  const intake = new Intake(fanOut, new LastValues(0, clock, fanOut.memory));
  const publish = (payloadBytes: number): void => {
    const wire = wirePublish('t', Buffer.alloc(payloadBytes, route.sequenceLow + 1));
    const span = new RequestSpan();
    if (locate(wire, 0, wire.length, span) === Located.whole) return intake.accept(route, span, testOrigin);
    if (route.sequenceLow % 2 === 0) {
      const chunks = [wire.subarray(0, span.payloadEnd)];
      return intake.accept(route, new LargeMessage(chunks, [], Buffer.alloc(0), payloadBytes), testOrigin);
    }
    const reader = new LargeReader(span, fanOut.memory.chunks);
    for (let at = 0; !reader.isWhole; ) at = reader.push(wire, at, wire.length);
    intake.accept(route, reader.message(), testOrigin);
  };
  const join = () => {
    const sink = new StoppableSink();
    const subscriber = new Subscriber(sink, fanOut);
    interest.place(subscriber, interestSet([{ namespace: 'market', pattern: '>', prefixes: allTopics }]));
    return { sink, subscriber };
  };
  return { clock, fanOut, interest, publish, join };
}

/** Runs the loop until nothing is scheduled: pumps go on in `setImmediate`. */
export const turns = async (sink: StoppableSink, count = 400): Promise<void> => {
  for (let turn = 0; turn < count; turn++) {
    sink.drain();
    await new Promise((resolve) => setImmediate(resolve));
  }
};

export const sequences = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
