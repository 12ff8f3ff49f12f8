import { MessageType, type SnapshotEndNotice } from '@pulsemq/protocol';
import { DeliveryReader } from './delivery-reader.js';
import type { Emitter } from './events.js';
import { gapBefore, gapBeforeImage, isOlderImage } from './gap.js';
import { defaultPolicy, type LanePolicy } from './lane-policy.js';
import type { MessageSpan } from './message-scanner.js';
import { readOwnMessage } from './own-message.js';
import type { Allocate } from './platform.js';
import type { ReceivedMessage } from './received-message.js';
import { SnapshotRequests } from './snapshot-requests.js';
import type { DeliveryReceiver } from './subscriber-channel.js';
import type { Subscription } from './subscription.js';
import { statusesOf } from './topic-status.js';
import { type TopicState, TopicTable } from './topic-table.js';

/**
 * One subscriber connection of a session with one delivery policy, over all connections of the client: its subscriptions, and what has
 * arrived for them. A message arrives once on each lane that wants it, so each lane finds its own gaps.
 */
export class Lane implements DeliveryReceiver {
  /** 0 to 7. */
  readonly number: number;
  policy: LanePolicy = defaultPolicy;
  readonly topics = new TopicTable();
  readonly snapshots = new SnapshotRequests();
  /** Subscriptions whose queue is full and whose policy is `pause`. */
  readonly paused = new Set<Subscription>();
  readonly #events: Emitter;
  readonly #reader: DeliveryReader;

  constructor(number: number, events: Emitter, allocate: Allocate) {
    this.number = number;
    this.#events = events;
    this.#reader = new DeliveryReader(allocate);
  }

  /** True if the lane can be given another policy. */
  get isFree(): boolean {
    return this.topics.subscriptions.size === 0;
  }

  /** Hands a delivery to the subscriptions that match. Throws a PulseMQError `PMQ_PROTOCOL` if it is malformed. */
  onDelivery(buf: Uint8Array, span: MessageSpan): void {
    this.#reader.check(span);
    const state = this.topics.find(buf, span.bounds[0]!, span.bounds[1]!);
    if (state === undefined) return;
    const message = this.#reader.read(state, buf, span);
    if (message.isSnapshot) return this.#onImage(state, message);
    const gap = gapBefore(state, message);
    if (gap !== null) this.#events.emit('gap', gap);
    // Backwards, so that a subscription added during a call is not called. One that has ended ignores the message.
    const { subscriptions } = state;
    for (let index = subscriptions.length - 1; index >= 0; index--) subscriptions[index]?.deliver(message);
  }

  /** Takes SNAPSHOT_END and TOPIC_STATUS. Ignores types that a later broker may send. */
  onOwnMessage(buf: Uint8Array, span: MessageSpan): void {
    const { type, namespace, topic, body } = readOwnMessage(buf, span);
    if (type === MessageType.snapshotEnd) return this.snapshots.end(body as SnapshotEndNotice);
    if (type !== MessageType.topicStatus) return;
    for (const status of statusesOf(namespace, topic, body)) {
      for (const one of [...this.topics.matching(namespace, status.topic)]) one.tellStatus(status);
    }
  }

  /** The transport is about to overwrite the bytes of the deliveries. */
  onReadEnd(): void {
    this.#reader.endRead();
  }

  /** Only a subscription whose snapshot is under way gets an image: for the others it is not new. */
  #onImage(state: TopicState, image: ReceivedMessage): void {
    if (isOlderImage(state, image)) return;
    const takers = state.subscriptions.filter(({ snapshot }) => snapshot?.takes(state, image.sequence) === true);
    const gap = gapBeforeImage(state, image, takers.length === state.subscriptions.length);
    if (gap !== null) this.#events.emit('gap', gap);
    for (const one of takers) one.deliver(image);
  }
}
