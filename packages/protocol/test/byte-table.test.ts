import { expect, test } from 'vitest';
import { ByteTable } from '../src/byte-table.js';

const bytes = (text: string): Buffer => Buffer.from(text);

function find(table: ByteTable<number>, key: string): number | undefined {
  const buf = bytes(`xx${key}yy`);
  return table.find(buf, 2, 2 + key.length);
}

test('finds a key by its bytes in another buffer', () => {
  const table = new ByteTable<number>();
  const count = 5_000;
  for (let index = 0; index < count; index++) {
    const key = bytes(`topic_${index}`);
    table.add(key, 0, key.length, index);
  }
  expect(table.size).toBe(count);
  for (let index = 0; index < count; index++) expect(find(table, `topic_${index}`)).toBe(index);
  expect(find(table, 'topic_5000')).toBeUndefined();
  expect(find(table, '')).toBeUndefined();
});

test('deletes one value and keeps the others', () => {
  const table = new ByteTable<number>();
  for (let index = 0; index < 100; index++) {
    const key = bytes(`k${index}`);
    table.add(key, 0, key.length, index);
  }
  table.delete(42);
  expect(table.size).toBe(99);
  expect(find(table, 'k42')).toBeUndefined();
  for (let index = 0; index < 100; index++) if (index !== 42) expect(find(table, `k${index}`)).toBe(index);
});

test('copies its keys', () => {
  const table = new ByteTable<number>();
  const key = bytes('abc');
  table.add(key, 0, 3, 1);
  key.fill(0);
  expect(find(table, 'abc')).toBe(1);
});

test('is empty after clear', () => {
  const table = new ByteTable<number>();
  const key = bytes('abc');
  table.add(key, 0, 3, 1);
  table.clear();
  expect(table.size).toBe(0);
  expect(find(table, 'abc')).toBeUndefined();
});

test('agrees with a map for keys of every length at every offset', () => {
  const table = new ByteTable<number>();
  const expected = new Map<string, number>();
  const read = bytes('abcdefghijklmnopqrstuvwxyz'.repeat(4));
  for (let start = 0; start < 26; start++) {
    for (let length = 0; length <= 40; length++) {
      const key = read.toString('latin1', start, start + length);
      if (!expected.has(key)) table.add(read, start, start + length, expected.size);
      if (!expected.has(key)) expected.set(key, expected.size);
    }
  }
  for (let start = 0; start < 52; start++) {
    for (let length = 0; length <= 41; length++) {
      const key = read.toString('latin1', start, start + length);
      expect(table.find(read, start, start + length)).toBe(expected.get(key));
      const apart = bytes(key);
      expect(table.find(apart, 0, apart.length)).toBe(expected.get(key));
    }
  }
});
