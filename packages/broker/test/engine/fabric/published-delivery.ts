import { MessageType, messageFrames } from '@pulsemq/protocol';
import { encodeMessage } from '@pulsemq/zmtp';
import { Clock } from '../../../src/engine/clock.js';
import { Batch } from '../../../src/engine/fanout/batch/batch.js';
import { deliver } from '../../../src/engine/fanout/batch/delivery.js';
import { largeBatch } from '../../../src/engine/fanout/batch/large-batch.js';
import { LargeMessage } from '../../../src/engine/fanout/batch/message.js';
import { Epochs } from '../../../src/engine/route/epochs.js';
import { NamespaceTable } from '../../../src/engine/route/namespace-table.js';

/** The first delivery of a topic of "market", as a subscriber gets it. `own` are the publisher's bytes of the reserved frame. */
export function publishedDelivery(topic: string, payload: Buffer, own: Buffer): Buffer {
  const epochs = new Epochs();
  const route = new NamespaceTable().ofOrNew('market').addRoute(1, topic, epochs.current);
  route.advance(payload.length);
  const header = { type: MessageType.pub, format: 0, flags: 0, timestamp: 1 };
  const frames = messageFrames({ ...header, namespace: 'market', topic, username: 'feed', payload });
  const bytes = Buffer.from(encodeMessage([...frames.slice(0, 5), own]));
  const reservedStart = bytes.length - own.length;
  const payloadEnd = reservedStart - (own.length > 255 ? 9 : 2);
  if (payload.length > 131_072) {
    const message = new LargeMessage([bytes.subarray(0, payloadEnd)], [], own, payload.length);
    return Buffer.concat(largeBatch(route, message, new Clock()).chunks!);
  }
  const batch = new Batch(Buffer.alloc(payload.length + 2_000), -1);
  const span = { isLarge: false as const, buf: bytes, start: 0, payloadStart: payloadEnd - payload.length, payloadEnd };
  const message = { ...span, reservedStart, reservedEnd: bytes.length, payloadBytes: payload.length };
  deliver([{ reserve: () => batch }], route, message, new Clock());
  return Buffer.from(batch.view);
}
