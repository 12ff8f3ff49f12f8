import { expect, test } from 'vitest';
import { DecodeBudget } from '../../src/control/admin/streams/decode-budget.js';

test('however much one message costs, decoding takes a fifth of the time', () => {
  let nowMs = 0;
  const budget = new DecodeBudget(() => nowMs);
  let spentMs = 0;
  let shownCount = 0;
  while (nowMs < 60_000) {
    const shown = budget.spend(() => {
      nowMs += 100;
      spentMs += 100;
      return true;
    });
    if (shown === true) shownCount++;
    else nowMs += 5;
  }
  expect(shownCount).toBeGreaterThan(100);
  expect(spentMs / nowMs).toBeLessThan(0.21);
});

test('a quiet minute saves up no more than a moment', () => {
  let nowMs = 0;
  const budget = new DecodeBudget(() => nowMs);
  nowMs = 60_000;
  let shownCount = 0;
  while (budget.spend(() => (nowMs += 1)) !== undefined) shownCount++;
  expect(shownCount).toBeLessThan(30);
});
