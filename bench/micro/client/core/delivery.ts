import { deliveryBlockBytes, keyFrame, MessageType, messageFrames, writeDeliveryBlock } from '@pulsemq/protocol';
import { encodeMessage } from '@pulsemq/zmtp';
import { DeliveryReader } from '../../../../packages/client/dist/core/delivery-reader.js';
import { gapBefore } from '../../../../packages/client/dist/core/gap.js';
import { MessageScanner, type ScanReceiver } from '../../../../packages/client/dist/core/message-scanner.js';
import { Subscription } from '../../../../packages/client/dist/core/subscription.js';
import { TopicTable } from '../../../../packages/client/dist/core/topic-table.js';
import { topicOf } from '../../messages.js';
import { kept, type MicroBench } from '../../micro-bench.js';

const readMessageCount = 1_500;
const topicCount = 100;
const namespace = 'market';

const owner = {
  unsubscribe: async () => {},
  setPaused: () => {},
  onSlow: () => {},
  onListenerError: (error: unknown) => {
    throw error;
  },
};

/** Deliveries of 100 bytes in one buffer, as one read returns them. */
function read(): Buffer {
  const deliveries = Array.from({ length: readMessageCount }, (_, index) => {
    const topic = topicOf(index % topicCount);
    const payload = Buffer.alloc(100, 'x');
    const frames = messageFrames({ type: MessageType.pub, namespace, topic, username: 'bench', payload });
    const sequence = Math.floor(index / topicCount) + 1;
    const block = new Uint8Array(deliveryBlockBytes);
    writeDeliveryBlock(block, 0, { bits: 0, conflatedCount: 0, epoch: 1, sequence, receivedAtUs: 1 });
    return encodeMessage([keyFrame(namespace, topic), ...frames.slice(0, 5), block]);
  });
  return Buffer.concat(deliveries);
}

export const deliveryBenches: readonly MicroBench[] = [
  {
    name: 'client/core: a delivery, from a read with many to the callback and its payload',
    prepare: () => {
      const onMessage = ({ payload }: { readonly payload: Uint8Array }): void => {
        kept.value += payload.length;
      };
      const topics = new TopicTable();
      topics.add(new Subscription(namespace, '>', { onMessage }, owner));
      const reader = new DeliveryReader(Buffer.allocUnsafeSlow);
      const receiver: ScanReceiver = {
        onMessage: (buf, span) => {
          reader.check(span);
          const state = topics.find(buf, span.bounds[0]!, span.bounds[1]!)!;
          const message = reader.read(state, buf, span);
          gapBefore(state, message);
          for (const one of state.subscriptions) one.deliver(message);
        },
        onCommand: () => {},
      };
      const scanner = new MessageScanner(receiver, Buffer.allocUnsafeSlow);
      const bytes = read();
      return (count) => {
        for (let left = count; left > 0; left -= readMessageCount) {
          scanner.push(bytes, 0, bytes.length);
          reader.endRead();
        }
      };
    },
  },
];
