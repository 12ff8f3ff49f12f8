import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DelayCounts } from '../../src/engine/route/delay-counts.js';
import { LogHistogram } from '../../src/log-histogram.js';

test('delays are counted as a histogram counts them, also after it was taken and begun anew', () => {
  const values = fc.array(fc.tuple(fc.oneof(fc.nat(20), fc.nat(5_000_000)), fc.integer({ min: 1, max: 9 })), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(fc.array(values, { maxLength: 4 }), (rounds) => {
      const counts = new DelayCounts();
      for (const round of rounds) {
        const histogram = new LogHistogram();
        for (const [value, times] of round) {
          counts.record(value, times);
          histogram.record(value, times);
        }
        expect([counts.sum, counts.max]).toEqual([histogram.sum, histogram.max]);
        const [pairs, expected]: [number[], number[]] = [[], []];
        expect(counts.takeTo(pairs)).toBe(histogram.appendTo(expected));
        expect(pairs).toEqual(expected);
      }
    }),
    { numRuns: 2_000 },
  );
});
