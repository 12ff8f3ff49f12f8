import { FifoBacklog } from '../../../../../packages/broker/dist/engine/fanout/backlog/fifo-backlog.js';
import { Batch } from '../../../../../packages/broker/dist/engine/fanout/batch/batch.js';
import { frameBody, messageEnd } from '../../../../../packages/broker/dist/engine/fanout/batch/message-walk.js';
import { locate, RequestSpan } from '../../../../../packages/broker/dist/engine/session/wire/message-locator.js';
import { publish, topicOf } from '../../../messages.js';
import { kept, type MicroBench } from '../../../micro-bench.js';
import { Scene } from './scene.js';

/** Messages of one turn, which ends with a write of all batches. */
const turnCount = 1_000;

const appending = (groupCount: number): MicroBench => ({
  name: `broker/engine/route/accept: accept a message for ${groupCount} groups, writes included`,
  prepare: () => {
    const scene = new Scene();
    for (let index = 0; index < groupCount; index++) scene.subscriber('>', `extra.${index}`);
    const route = scene.route(topicOf(1));
    const message = publish(topicOf(1));
    const span = new RequestSpan();
    locate(message, 0, message.length, span);
    return (count) => {
      for (let index = 0; index < count; index++) {
        scene.intake.accept(route, span, scene.origin);
        if (index % turnCount === turnCount - 1) scene.fanOut.turn.flush();
      }
      scene.fanOut.turn.flush();
    };
  },
});

export const deliveryBenches: readonly MicroBench[] = [
  appending(1),
  appending(10),
  appending(100),
  {
    name: 'broker/engine/fanout/batch/slab-pool: take and release',
    prepare: () => {
      const { slabs } = new Scene().fanOut.memory;
      return (count) => {
        for (let index = 0; index < count; index++) {
          const batch = slabs.take(200);
          kept.value += batch.sizeClass;
          slabs.release(batch);
        }
      };
    },
  },
  {
    name: 'broker/engine/fanout/backlog/fifo-backlog: push and shift, 100 deep',
    prepare: () => {
      const backlog = new FifoBacklog();
      const batch = new Batch(Buffer.alloc(4_096), 0);
      const queued = { batch, start: 0, messageCount: 1 };
      for (let index = 0; index < 100; index++) backlog.push(queued);
      return (count) => {
        for (let index = 0; index < count; index++) {
          backlog.push(queued);
          kept.value += backlog.shift()!.start;
        }
      };
    },
  },
  {
    name: 'broker/engine/fanout/batch/message-walk: to the end of a message',
    prepare: () => {
      const message = publish(topicOf(1));
      return (count) => {
        for (let index = 0; index < count; index++) kept.value += messageEnd(message, 0);
      };
    },
  },
  {
    name: 'broker/engine/fanout/batch/message-walk: to frame 5',
    prepare: () => {
      const message = publish(topicOf(1));
      return (count) => {
        for (let index = 0; index < count; index++) kept.value += frameBody(message, 0, 5);
      };
    },
  },
];
