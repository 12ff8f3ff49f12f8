import { expect, test } from 'vitest';
import { chosen, parseOptions, UsageError } from '../src/options.js';

const items = [{ name: 'ticks-1-1' }, { name: 'ticks-1-10' }, { name: 'latency-10k' }];

test('workloads are chosen by name, and by how they begin', () => {
  expect(chosen(items, ['ticks-1-1'], 'workload')).toEqual([items[0]]);
  expect(chosen(items, ['ticks-*'], 'workload')).toEqual(items.slice(0, 2));
  expect(chosen(items, undefined, 'workload')).toEqual(items);
});

test('a name that nothing has is told with those there are', () => {
  expect(() => chosen(items, ['tick'], 'workload')).toThrow(
    'there is no workload tick; there are ticks-1-1, ticks-1-10',
  );
});

test('numbers are checked, and --quick is one round of one second', () => {
  expect(parseOptions([])).toMatchObject({ rounds: undefined, seconds: 3 });
  expect(parseOptions(['--quick'])).toMatchObject({ rounds: 1, seconds: 1 });
  expect(parseOptions(['--rounds', '5', '--seconds', '0.5'])).toMatchObject({ rounds: 5, seconds: 0.5 });
  expect(() => parseOptions(['--rounds', '1.5'])).toThrow('--rounds takes a whole number from 1 to 1000, not 1.5');
  expect(() => parseOptions(['--seconds', 'x'])).toThrow(UsageError);
  expect(() => parseOptions(['--nonsense'])).toThrow(UsageError);
});
