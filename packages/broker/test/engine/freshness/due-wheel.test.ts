import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DueWheel } from '../../../src/engine/freshness/due-wheel.js';

test('random items come out once, not before they are due, and in the tick after', () => {
  const steps = fc.array(fc.tuple(fc.nat(120_000), fc.nat(3_000)), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (items) => {
      let nowMs = 1_000;
      const wheel = new DueWheel<{ dueMs: number }>(nowMs);
      const waiting = new Set<{ dueMs: number }>();
      for (const [aheadMs, passMs] of items) {
        const item = { dueMs: nowMs + aheadMs };
        waiting.add(item);
        wheel.add(item);
        nowMs += passMs;
        takeAll(wheel, waiting, nowMs);
        expect([...waiting].every(({ dueMs }) => dueMs > nowMs - DueWheel.slotMs)).toBe(true);
      }
      for (; waiting.size > 0; nowMs += 10_000) takeAll(wheel, waiting, nowMs);
      expect(wheel.count).toBe(0);
    }),
  );
});

function takeAll(wheel: DueWheel<{ dueMs: number }>, waiting: Set<{ dueMs: number }>, nowMs: number): void {
  for (const item of wheel.take(nowMs)) {
    expect(item.dueMs).toBeLessThanOrEqual(nowMs);
    expect(waiting.delete(item)).toBe(true);
  }
}
