import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Peer, RunningPeer } from '../dist/peers/peer.js';
import { compiled } from '../dist/peers/process.js';
import { pulsemqPeer } from '../dist/peers/pulsemq.js';
import { workloads } from '../dist/rows/all-rows.js';

/**
 * A short run of every workload with PulseMQ, or without a broker where the workload has none: it shows that the suite works. Runs
 * the compiled suite, because its generators are processes of their own.
 */

const tiny = { seconds: 0.3, warmSeconds: 0.1, scale: 0.02 };

/** One broker for all workloads: its start takes longer than most of them. */
let running: RunningPeer;
beforeAll(async () => {
  running = await pulsemqPeer.start();
});
afterAll(() => running.stop());
const kept: Peer = { ...pulsemqPeer, start: async () => ({ ...running, stop: async () => {} }) };

/** These may be 0, and a percentile of the last second may still be missing. */
const mayBeZero =
  /^(dropped_messages|failed_requests|ended_connections|drain_ms|kibibytes_each|log_ins_per_second|polls_per_second|engine_)/;

const installed = workloads.filter(({ isInstalled }) => isInstalled === undefined || isInstalled());

test.each(installed)('$name', { timeout: 30_000 }, async ({ peers, figures, run }) => {
  const peer = peers.includes(pulsemqPeer) ? kept : peers[0]!;
  const values = await run(peer, tiny);
  for (const { name } of figures) {
    expect(values, name).toHaveProperty(name);
    if (!mayBeZero.test(name) && !(peer.name === 'no broker' && name.startsWith('cpu')))
      expect(values[name], name).toBeGreaterThan(0);
  }
  expect(values.dropped_messages ?? 0).toBe(0);
  expect(values.failed_requests ?? 0).toBe(0);
});

test.runIf(compiled('write-loop') !== undefined)('the C write loop', { timeout: 30_000 }, async () => {
  const row = workloads.find(({ name }) => name === 'ticks-1-100')!;
  const values = await row.run(row.peers.find(({ isSource }) => isSource === true)!, tiny);
  expect(values.wire_megabytes_per_second).toBeGreaterThan(0);
});
