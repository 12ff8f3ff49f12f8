import { expect, test } from 'vitest';
import type { Peer } from '../src/peers/peer.js';
import { Progress } from '../src/progress.js';
import { measureAll } from '../src/suite.js';
import type { Workload } from '../src/workloads/workload.js';

const peers = ['new', 'old', 'again', 'absent'].map(
  (name): Peer => ({
    name,
    wire: 'pulsemq',
    describe: () => undefined,
    start: () => Promise.reject(new Error('not started here')),
  }),
);
const settings = new Map(['new', 'old', 'again'].map((name) => [name, '']));
const progress = new Progress({ write: () => {} });

const workload = (run: Workload['run']): Workload => ({
  name: 'order',
  title: 'order',
  figures: [{ name: 'figure', unit: '', moreIsBetter: true }],
  peers,
  targets: [],
  run,
});

test('the peers alternate, and every second round is reversed', async () => {
  const order: string[] = [];
  const row = workload(async ({ name }) => {
    order.push(name);
    return { figure: order.length };
  });
  const [result] = await measureAll([row], settings, { rounds: 3, seconds: 1 }, progress);
  expect(order).toEqual(['new', 'old', 'again', 'again', 'old', 'new', 'new', 'old', 'again']);
  expect(result!.runs.get('new')).toEqual([{ figure: 1 }, { figure: 6 }, { figure: 7 }]);
  expect([...result!.runs.keys()]).toEqual(['new', 'old', 'again']);
});

test('a failed run is reported, and leaves an empty entry for its round', async () => {
  let count = 0;
  const row = workload(async () => {
    count++;
    if (count === 2) throw new Error('the broker exited');
    return { figure: count };
  });
  const [result] = await measureAll([row], settings, { rounds: 2, seconds: 1 }, progress);
  expect(result!.failures).toEqual(['old, round 1: the broker exited']);
  expect(result!.runs.get('old')).toEqual([{}, { figure: 5 }]);
});
