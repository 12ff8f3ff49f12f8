import { FrameDecoder } from '@pulsemq/zmtp';
import { publishes } from '../messages.js';
import { kept, type MicroBench } from '../micro-bench.js';

const framesEach = 6;
const readMessageCount = 1_000;

const decoder = (): FrameDecoder =>
  new FrameDecoder({ maxFrameBytes: 1 << 20 }, { onFrame: (_buf, flags) => (kept.value += flags) });

/** Per frame, from reads of a thousand messages. */
export const frameDecoderBenches: readonly MicroBench[] = [
  {
    name: 'zmtp/frame-decoder: a frame, in one read with many',
    prepare: () => {
      const bytes = publishes(readMessageCount);
      const one = decoder();
      return (count) => {
        for (let left = count; left > 0; left -= readMessageCount * framesEach) one.push(bytes);
      };
    },
  },
  {
    name: 'zmtp/frame-decoder: a frame, split in two by the read',
    prepare: () => {
      const bytes = publishes(1);
      const one = decoder();
      return (count) => {
        for (let left = count; left > 0; left -= framesEach) {
          one.push(bytes, 0, 40);
          one.push(bytes, 40, bytes.length);
        }
      };
    },
  },
];
