import { expect, test } from 'vitest';
import { chosen, parseOptions, UsageError } from '../src/options.js';

const items = [{ name: 'ticks-1-1' }, { name: 'ticks-1-10' }, { name: 'latency-10k' }];

test('workloads are chosen by name, or by the beginning of their names', () => {
  expect(chosen(items, ['ticks-1-1'], 'workload')).toEqual([items[0]]);
  expect(chosen(items, ['ticks-*'], 'workload')).toEqual(items.slice(0, 2));
  expect(chosen(items, undefined, 'workload')).toEqual(items);
});

test('an unknown name is refused with a list of the names', () => {
  expect(() => chosen(items, ['tick'], 'workload')).toThrow(
    'unknown workload tick; the names are ticks-1-1, ticks-1-10',
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

test('--baseline takes a commit, and refuses the options that need peers', () => {
  expect(parseOptions(['--baseline', 'main'])).toMatchObject({ baseline: 'main', rounds: undefined });
  for (const other of ['--peers', '--plot', '--profile']) {
    expect(() => parseOptions(['--baseline', 'main', other, 'x'])).toThrow(
      `--baseline and ${other} do not work together`,
    );
  }
});
