import { expect, onTestFinished, test } from 'vitest';
import { Monitor } from '../../src/control/stats/monitor.js';
import { noCounters } from '../../src/control/stats/no-counters.js';

const cpuUs = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** Keeps a core busy, and tells for how long it really did. */
function busySeconds(wantedMs: number): number {
  const start = performance.now();
  while (performance.now() - start < wantedMs);
  return (performance.now() - start) / 1_000;
}

test('the first figure of the CPU is of the first interval, not of all that the start took', () => {
  busySeconds(200);
  const before = cpuUs();
  const monitor = new Monitor();
  onTestFinished(() => monitor.stop());
  const seconds = busySeconds(50);
  monitor.onEvent({ kind: 'counters', second: 1, counters: noCounters });
  const used = cpuUs() - before;
  // The monitor looked for no shorter a time, and at no more, than this test did.
  expect(monitor.process.cpuPercent).toBeLessThanOrEqual(Math.ceil(used / seconds / 1e4));
  expect(monitor.process.cpuPercent).toBeGreaterThan(0);
});
