import { hashBytes } from '../../../../../packages/broker/dist/engine/route/byte-hash.js';
import { ByteTable } from '../../../../../packages/broker/dist/engine/route/byte-table.js';
import { topicOf } from '../../../messages.js';
import { kept, type MicroBench } from '../../../micro-bench.js';

const seed = 0x1234_5671;

export const byteTableBenches: readonly MicroBench[] = [
  {
    name: 'broker/engine/route/byte-hash: 28 bytes',
    prepare: () => {
      const key = Buffer.from(`market:${topicOf(1)}.bench--`);
      return (count) => {
        for (let index = 0; index < count; index++) kept.value ^= hashBytes(key, 0, 28, seed);
      };
    },
  },
  ...[100, 10_000].map(
    (topicCount): MicroBench => ({
      name: `broker/engine/route/byte-table: find among ${topicCount.toLocaleString('en')}`,
      prepare: () => {
        const keys = Array.from({ length: topicCount }, (_, index) => Buffer.from(`market:${topicOf(index)}`));
        const table = new ByteTable<number>();
        for (const [index, key] of keys.entries()) table.add(key, 0, key.length, index);
        return (count) => {
          for (let index = 0; index < count; index++) {
            const key = keys[index % topicCount]!;
            kept.value += table.find(key, 0, key.length)!;
          }
        };
      },
    }),
  ),
];
