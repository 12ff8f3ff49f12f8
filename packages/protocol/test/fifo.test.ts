import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fifo } from '../src/fifo.js';

test('agrees with an array in any order of calls', () => {
  const call = fc.constantFrom('push', 'push', 'push', 'shift', 'shift', 'peek', 'remove', 'drain');
  fc.assert(
    fc.property(fc.array(call, { maxLength: 200 }), (calls) => {
      const fifo = new Fifo<number>();
      let expected: number[] = [];
      for (const [index, name] of calls.entries()) {
        if (name === 'push') {
          fifo.push(index);
          expected.push(index);
        } else if (name === 'shift') expect(fifo.shift()).toBe(expected.shift());
        else if (name === 'peek') expect(fifo.peek()).toBe(expected[0]);
        else if (name === 'remove') {
          const item = expected[index % (expected.length + 1)] ?? -1;
          fifo.remove(item);
          expected = expected.filter((one) => one !== item);
        } else expect(fifo.drain()).toEqual(expected.splice(0));
        expect(fifo.size).toBe(expected.length);
      }
    }),
  );
});

test('keeps the order through a compaction of its array', () => {
  const fifo = new Fifo<number>();
  const count = 20_000;
  for (let index = 0; index < count; index++) fifo.push(index);
  for (let index = 0; index < count; index++) {
    expect(fifo.peek()).toBe(index);
    expect(fifo.shift()).toBe(index);
  }
  expect(fifo.shift()).toBeUndefined();
});

test('may hold undefined', () => {
  const fifo = new Fifo<number | undefined>();
  fifo.push(undefined);
  fifo.push(1);
  expect([fifo.size, fifo.shift(), fifo.size, fifo.shift(), fifo.size]).toEqual([2, undefined, 1, 1, 0]);
});
