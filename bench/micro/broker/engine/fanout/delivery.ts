import { Batch } from '../../../../../packages/broker/dist/engine/fanout/batch.js';
import { deliver } from '../../../../../packages/broker/dist/engine/fanout/delivery.js';
import { frameBody, messageEnd } from '../../../../../packages/broker/dist/engine/fanout/message-walk.js';
import { Outbox } from '../../../../../packages/broker/dist/engine/fanout/outbox.js';
import { locate, RequestSpan } from '../../../../../packages/broker/dist/engine/session/message-locator.js';
import { publish, topicOf } from '../../../messages.js';
import { kept, type MicroBench } from '../../../micro-bench.js';
import { Scene } from './scene.js';

/** Messages of one turn, which ends with a write of all batches. */
const turnCount = 1_000;

const appending = (groupCount: number): MicroBench => ({
  name: `broker/engine/fanout/interest-group: append a message to ${groupCount} groups, writes included`,
  prepare: () => {
    const scene = new Scene();
    for (let index = 0; index < groupCount; index++) scene.subscriber('>', `extra.${index}`);
    const route = scene.route(topicOf(1));
    const message = publish(topicOf(1));
    const span = new RequestSpan();
    locate(message, 0, message.length, span);
    return (count) => {
      for (let index = 0; index < count; index++) {
        const groups = scene.namespace.groupsOf(route);
        route.advance(100);
        scene.fanOut.settle(deliver(groups, route, message, span, scene.clock) * groups.length);
        if (index % turnCount === turnCount - 1) scene.fanOut.flush();
      }
      scene.fanOut.flush();
    };
  },
});

export const deliveryBenches: readonly MicroBench[] = [
  appending(1),
  appending(10),
  appending(100),
  {
    name: 'broker/engine/fanout/batch-pool: take and release',
    prepare: () => {
      const { pool } = new Scene().fanOut;
      return (count) => {
        for (let index = 0; index < count; index++) {
          const batch = pool.take(200);
          kept.value += batch.sizeClass;
          pool.release(batch);
        }
      };
    },
  },
  {
    name: 'broker/engine/fanout/outbox: push and shift, 100 deep',
    prepare: () => {
      const outbox = new Outbox();
      const batch = new Batch(Buffer.alloc(4_096), 0);
      for (let index = 0; index < 100; index++) outbox.push(batch);
      return (count) => {
        for (let index = 0; index < count; index++) {
          outbox.push(batch);
          kept.value += outbox.shift()!.start;
        }
      };
    },
  },
  {
    name: 'broker/engine/fanout/message-walk: to the end of a message',
    prepare: () => {
      const message = publish(topicOf(1));
      return (count) => {
        for (let index = 0; index < count; index++) kept.value += messageEnd(message, 0);
      };
    },
  },
  {
    name: 'broker/engine/fanout/message-walk: to frame 5',
    prepare: () => {
      const message = publish(topicOf(1));
      return (count) => {
        for (let index = 0; index < count; index++) kept.value += frameBody(message, 0, 5);
      };
    },
  },
];
