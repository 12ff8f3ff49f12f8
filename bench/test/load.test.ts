import { expect, test } from 'vitest';
import { Schedule } from '../src/load/schedule.js';
import { natsWire } from '../src/wire/nats.js';
import { differentInterests, receiversOfEach } from '../src/workloads/topics.js';

test('message 0 is due at once, each further one a gap later, also where the rate changes', () => {
  const schedule = new Schedule([
    { rate: 10, seconds: 1 },
    { rate: 1_000, seconds: 1 },
    { rate: 10, seconds: Number.POSITIVE_INFINITY },
  ]);
  expect(schedule.dueNs(0)).toBe(0);
  expect(schedule.dueNs(9)).toBe(0.9e9);
  expect(schedule.dueNs(10)).toBe(1e9);
  expect(schedule.dueNs(1_009)).toBeCloseTo(1.999e9, -3);
  expect(schedule.dueNs(1_010)).toBe(2e9);
  for (const index of [0, 5, 9, 10, 500, 1_009, 1_010, 2_000]) {
    expect(schedule.dueCount(schedule.dueNs(index) + 1)).toBe(index + 1);
    if (index > 0) expect(schedule.dueCount(schedule.dueNs(index) - 1_000)).toBe(index);
  }
});

test('every topic of the different interests has ten readers, and all readers differ', () => {
  const { topics, interests } = differentInterests(1_000);
  expect(receiversOfEach(topics, interests)).toBe(10);
  expect(new Set(interests.map((interest) => [...interest].sort().join())).size).toBe(1_000);
});

test('topics with different numbers of receivers are refused: losses could not be counted', () => {
  expect(receiversOfEach(['a.b', 'a.c'], [['>'], ['a.*']])).toBe(2);
  expect(() => receiversOfEach(['a.b', 'a.c'], [['a.b']])).toThrow('a.b has 1 receivers, a.c has 0');
});

test('a NATS delivery is as long for the last subscription of a connection as for the first', () => {
  expect(natsWire.payloadAt('a.b', 100)).toBe('MSG a.b zz 100\r\n'.length);
});
