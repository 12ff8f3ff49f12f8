import { expect, test } from 'vitest';
import { OffsetList, OffsetStore } from '../../src/journal/offset-store.js';

test('lists that grow in turn keep their offsets apart, and give any part of them', () => {
  const store = new OffsetStore();
  const lists = [new OffsetList(store), new OffsetList(store), new OffsetList(store)];
  const expected = lists.map((): number[] => []);
  for (let offset = 0; offset < 40_000; offset++) {
    // Uneven turns: the chunks of a list do not follow each other.
    const index = offset % 7 === 0 ? 0 : offset % 3;
    lists[index]!.add(offset);
    expected[index]!.push(offset);
  }
  for (const [index, list] of lists.entries()) {
    const all = expected[index]!;
    expect(list.count).toBe(all.length);
    const parts = [0, 1, 31, 32, 33, 4_095, 4_096, all.length - 1, all.length].flatMap((start) =>
      [0, 1, 32, 5_000, Number.MAX_SAFE_INTEGER].map((count) => [start, count] as const),
    );
    for (const [start, count] of parts) {
      expect([...list.slice(start, count)]).toEqual(all.slice(start, Math.min(all.length, start + count)));
    }
  }
});
