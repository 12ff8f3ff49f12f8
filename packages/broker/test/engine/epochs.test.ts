import { expect, test } from 'vitest';
import { Epochs } from '../../src/engine/route/epochs.js';

test('runs that begin in the same second have epochs of their own', () => {
  const runs = Array.from({ length: 1_000 }, () => new Epochs().current);
  // Two of a thousand may meet once in 8,000 times; three pairs never do.
  expect(new Set(runs).size).toBeGreaterThan(997);
  for (const epoch of runs) expect(epoch >>> 0).toBe(epoch);
  expect(runs).not.toContain(0);
});

test('a topic that returns has an epoch that neither the run nor another topic has', () => {
  const epochs = new Epochs();
  for (const topic of ['a', 'b', 'a']) epochs.retire('market', topic);
  expect(new Set([epochs.current, epochs.of('market', 'a'), epochs.of('market', 'b')]).size).toBe(3);
  expect(epochs.of('market', 'c')).toBe(epochs.current);
});
