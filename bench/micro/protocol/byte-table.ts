import { ByteTable } from '@pulsemq/protocol';
import { topicOf } from '../messages.js';
import { kept, type MicroBench } from '../micro-bench.js';

/** The keys stand one after the other in one buffer, as in a read. */
export const byteTableBenches: readonly MicroBench[] = [100, 10_000].map((topicCount) => ({
  name: `protocol/byte-table: find among ${topicCount.toLocaleString('en')}`,
  prepare: () => {
    const keys = Array.from({ length: topicCount }, (_, index) => Buffer.from(`market:${topicOf(index)}`));
    const read = Buffer.concat(keys);
    const starts: number[] = [];
    const table = new ByteTable<number>();
    for (const [index, key] of keys.entries()) {
      starts.push((starts.at(-1) ?? 0) + (keys[index - 1]?.length ?? 0));
      table.add(key, 0, key.length, index);
    }
    starts.push(read.length);
    return (count) => {
      for (let index = 0; index < count; index++) {
        const at = index % topicCount;
        kept.value += table.find(read, starts[at]!, starts[at + 1]!)!;
      }
    };
  },
}));
