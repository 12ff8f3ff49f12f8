import { AckSlab } from '../../../../../../packages/broker/dist/engine/session/wire/ack-slab.js';
import {
  Located,
  locate,
  RequestSpan,
} from '../../../../../../packages/broker/dist/engine/session/wire/message-locator.js';
import { RequestReader } from '../../../../../../packages/broker/dist/engine/session/wire/request-reader.js';
import type { RequestReceiver } from '../../../../../../packages/broker/dist/engine/session/wire/request-receiver.js';
import { publish, publishes, topicOf } from '../../../../messages.js';
import { kept, type MicroBench } from '../../../../micro-bench.js';

const readMessageCount = 1_000;
const ackCount = 1_000;

const receiver: RequestReceiver = {
  onMessage: (message) => {
    kept.value += message.payloadEnd;
  },
  refuseLarge: () => undefined,
  onLarge: () => {},
  onCommand: () => {},
  onRefused: ({ text }) => {
    throw new Error(text);
  },
};

export const requestReaderBenches: readonly MicroBench[] = [
  {
    name: 'broker/engine/session/wire/message-locator: locate a message',
    prepare: () => {
      const message = publish(topicOf(1));
      const span = new RequestSpan();
      return (count) => {
        for (let index = 0; index < count; index++) {
          if (locate(message, 0, message.length, span) !== Located.whole) throw new Error('not whole');
        }
      };
    },
  },
  {
    name: 'broker/engine/session/wire/request-reader: a message, in one read with many',
    prepare: () => {
      const bytes = publishes(readMessageCount);
      const reader = new RequestReader(receiver);
      return (count) => {
        for (let left = count; left > 0; left -= readMessageCount) reader.push(bytes, 0, bytes.length);
      };
    },
  },
  {
    name: 'broker/engine/session/wire/request-reader: a message, split in two by the read',
    prepare: () => {
      const bytes = publish(topicOf(1));
      const reader = new RequestReader(receiver);
      return (count) => {
        for (let index = 0; index < count; index++) {
          reader.push(bytes, 0, 40);
          reader.push(bytes, 40, bytes.length);
        }
      };
    },
  },
  {
    name: 'broker/engine/session/wire/ack-slab: an acknowledgement, a thousand at once',
    prepare: () => {
      const acks = new AckSlab();
      const sink = { write: (bytes: Buffer) => (kept.value += bytes.length), pendingBytes: 0 };
      let nowMs = 1;
      return (count) => {
        for (let left = count; left > 0; left -= ackCount) acks.write(sink, ackCount, nowMs++, () => {});
      };
    },
  },
];
