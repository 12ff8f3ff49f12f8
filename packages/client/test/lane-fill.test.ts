import {
  BlockBit,
  keyFrame,
  type MessageParts,
  MessageType,
  messageFrames,
  ticketPrefix,
  writeDeliveryBlock,
} from '@pulsemq/protocol';
import { encodeMessage, utf8Bytes } from '@pulsemq/zmtp';
import { expect, test } from 'vitest';
import type { Connection } from '../src/core/connection.js';
import { Emitter, type Gap } from '../src/core/events.js';
import { checkHeads } from '../src/core/heads-check.js';
import type { HistoryAnswer, HistoryQuestion, HistorySource } from '../src/core/history-channel.js';
import { Lane } from '../src/core/lane.js';
import { MessageScanner } from '../src/core/message-scanner.js';
import type { ReceivedMessage } from '../src/core/received-message.js';
import { Subscription } from '../src/core/subscription.js';

/** What happens to a lane while a gap is looked for or filled, step by step: answers come when the test gives them. */

const allocate = (size: number): Uint8Array => new Uint8Array(size);

function delivery(epoch: number, sequence: number, bits = 0, payloadBytes = 1): Uint8Array {
  const block = new Uint8Array(24);
  writeDeliveryBlock(block, 0, { bits, conflatedCount: 0, epoch, sequence, receivedAtUs: 1_700_000_000_000_000 });
  const parts = {
    type: MessageType.pub,
    namespace: 'market',
    topic: 'a',
    username: 'u',
    payload: new Uint8Array(payloadBytes),
  };
  return encodeMessage([keyFrame('market', 'a'), ...messageFrames({ ...parts, reserved: block })]);
}

/** What a broker says when another one has ended whose streams have these epochs. */
function streamsEnded(epochs: readonly number[]): Uint8Array {
  const parts: MessageParts = { type: MessageType.streamsEnded, payload: utf8Bytes(JSON.stringify({ epochs })) };
  return encodeMessage([ticketPrefix, ...messageFrames(parts)]);
}

/** Answers questions in their order, with what `answer` is given. */
class SlowHistory implements HistorySource {
  readonly fillsOwnDrops = false;
  readonly #waiting: { question: HistoryQuestion; resolve(answer: HistoryAnswer): void }[] = [];
  #onQuestion: () => void = () => {};

  canAsk(): boolean {
    return true;
  }

  ask(question: HistoryQuestion): Promise<HistoryAnswer> {
    return new Promise((resolve) => {
      this.#waiting.push({ question, resolve });
      this.#onQuestion();
    });
  }

  /** Answers the next question, from a journal whose newest message of the epoch is `last`. */
  async answer(last: number): Promise<void> {
    if (this.#waiting.length === 0) await new Promise<void>((resolve) => (this.#onQuestion = resolve));
    const { question, resolve } = this.#waiting.shift()!;
    const { epoch, from, to } = question;
    const count = Math.max(0, Math.min(to, last) - from + 1);
    const found = Array.from({ length: count }, (_, index) => delivery(epoch, from + index));
    const listing = { status: 'QUERY_OK', count, ended: true, last, next_epoch: null } as const;
    resolve({ listing, messages: Buffer.concat(found) });
    await new Promise((turn) => setImmediate(turn));
  }
}

function scene() {
  const history = new SlowHistory();
  const events = new Emitter((error) => {
    throw error;
  });
  const gaps: Gap[] = [];
  events.on('gap', (gap) => gaps.push(gap));
  const lane = new Lane(0, events, allocate, history);
  const taken: string[] = [];
  const owner = { unsubscribe: async () => {}, setPaused: () => {}, onSlow: () => {}, onListenerError: () => {} };
  /** Adds a subscription, which writes the epoch and sequence of what it gets into the list. */
  const subscribe = (list: string[], snapshot = false): void => {
    const onMessage = ({ epoch, sequence }: ReceivedMessage) => list.push(`${epoch}/${sequence}`);
    lane.topics.add(new Subscription('market', '>', { onMessage, snapshot }, owner));
  };
  subscribe(taken);
  const scanner = new MessageScanner(
    {
      onMessage: (buf, span) => {
        if (buf[span.bounds[0]!] === ticketPrefix[0]) lane.onOwnMessage(buf, span);
        else lane.onDelivery(buf, span);
      },
      onCommand: () => {},
    },
    allocate,
  );
  const push = (bytes: Uint8Array): void => {
    scanner.push(bytes, 0, bytes.length);
    lane.onReadEnd();
  };
  const arrive = (...what: Parameters<typeof delivery>): void => push(delivery(...what));
  const end = (...epochs: number[]): void => push(streamsEnded(epochs));
  const topic = () => lane.topics.known('market', 'a')!;
  return { lane, history, gaps, taken, subscribe, arrive, end, topic };
}

test('a head that comes while a gap is filled is compared when the fill is over', async () => {
  const { lane, history, gaps, taken, arrive, topic } = scene();
  arrive(1, 1);
  arrive(1, 4);
  lane.missing(topic(), { epoch: 1, sequence: 6 });
  await history.answer(6);
  expect(taken).toEqual(['1/1', '1/2', '1/3', '1/4']);
  await history.answer(6);
  expect(taken).toEqual(['1/1', '1/2', '1/3', '1/4', '1/5', '1/6']);
  expect(gaps).toEqual([]);
});

test('a new connection while a gap is filled counts from the messages that come after it', async () => {
  const { lane, history, gaps, taken, arrive } = scene();
  arrive(1, 1);
  arrive(1, 3);
  arrive(1, 4);
  lane.resume();
  // The broker has begun a new epoch: what it had accepted after 1/4 is unknown.
  arrive(2, 1);
  await history.answer(4);
  expect(taken.slice(0, 4)).toEqual(['1/1', '1/2', '1/3', '1/4']);
  await history.answer(4);
  expect(gaps).toContainEqual(expect.objectContaining({ epochChanged: true, topic: 'a' }));
  expect(taken.at(-1)).toBe('2/1');
});

test('a message of another stream that is late does not come again when it has been recovered', async () => {
  const { lane, history, taken, arrive, gaps } = scene();
  arrive(1, 1);
  lane.resume();
  // The publisher has moved to another broker, and its first message there overtakes its last ones here.
  arrive(2, 1);
  arrive(1, 2);
  await history.answer(3);
  expect(taken).toEqual(['1/1', '1/2', '1/3', '2/1']);
  arrive(1, 3);
  arrive(1, 4);
  arrive(2, 2);
  expect(taken.slice(4)).toEqual(['1/4', '2/2']);
  expect(gaps).toEqual([expect.objectContaining({ epochChanged: true })]);
});

test('an answer that never comes holds up as much as the limit, and no more', async () => {
  const { gaps, taken, arrive } = scene();
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const quarterBytes = 4 * 1_048_576;
  arrive(1, 1);
  arrive(1, 3);
  for (const sequence of [4, 5, 6, 7]) arrive(1, sequence, 0, quarterBytes);
  await turn();
  expect(taken).toEqual(['1/1']);
  arrive(1, 8);
  await turn();
  expect(gaps).toEqual([expect.objectContaining({ from: 2, to: 2 })]);
  expect(taken).toEqual(['1/1', '1/3', '1/4', '1/5', '1/6', '1/7', '1/8']);
});

test('streams that end while a gap is filled have their gap behind it', async () => {
  const { history, gaps, taken, arrive, end } = scene();
  arrive(1, 1);
  arrive(1, 3);
  end(1, 7);
  arrive(2, 1);
  expect(gaps).toEqual([]);
  await history.answer(3);
  expect(taken).toEqual(['1/1', '1/2', '1/3']);
  // Then the journal is asked for what else it has of the stream.
  await history.answer(4);
  expect(taken).toEqual(['1/1', '1/2', '1/3', '1/4', '2/1']);
  expect(gaps).toEqual([expect.objectContaining({ topic: 'a', epochChanged: true })]);
});

test('of several streams of a topic only those that have ended have a gap, and the others go on', async () => {
  const { history, gaps, taken, arrive, end } = scene();
  for (const epoch of [1, 2, 3]) arrive(epoch, 1);
  end(3);
  arrive(2, 2);
  await history.answer(1);
  expect(gaps).toHaveLength(1);
  end(1, 3);
  arrive(2, 3);
  await history.answer(1);
  expect(taken).toEqual(['1/1', '2/1', '3/1', '2/2', '2/3']);
  expect(gaps.map(({ epochChanged }) => epochChanged)).toEqual([true, true]);
});

test('an image goes at once to a subscription that has begun since the gap was found, and nothing older after it', async () => {
  const { history, taken, subscribe, arrive } = scene();
  const later: string[] = [];
  arrive(1, 1);
  arrive(1, 3);
  subscribe(later, true);
  arrive(1, 3, BlockBit.snapshot);
  expect(later).toEqual(['1/3']);
  arrive(1, 4);
  await history.answer(3);
  expect(taken).toEqual(['1/1', '1/2', '1/3', '1/4']);
  expect(later).toEqual(['1/3', '1/4']);
});

test('a comparison with the heads ends with the connection of its lane, and reports nothing', async () => {
  const { lane, gaps, arrive } = scene();
  arrive(1, 1);
  let onSubscribed = (): void => {};
  const subscribed = new Promise<void>((resolve) => (onSubscribed = resolve));
  const connection = {
    has: () => true,
    query: async () => ({ heads: [['a', 1, 6]], next: null }),
    subscribe: async () => onSubscribed(),
    unsubscribe: async () => {},
    lost: new Promise<void>(() => {}),
  };
  const check = checkHeads(connection as unknown as Connection, lane, lane.resume());
  await subscribed;
  // The lane is opened again, and compared again.
  lane.snapshots.clear();
  await check;
  expect(gaps).toEqual([]);
});
