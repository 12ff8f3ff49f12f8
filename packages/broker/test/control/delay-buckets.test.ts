import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DelayBuckets } from '../../src/control/stats/delay-buckets.js';
import { delayText } from '../../src/control/stats/delay-text.js';
import { LogHistogram } from '../../src/log-histogram.js';

test('delays of a topic have the figures and the text of a whole histogram', () => {
  const values = fc.array(fc.array(fc.nat({ max: 5_000_000 }), { minLength: 1, maxLength: 40 }), { maxLength: 5 });
  fc.assert(
    fc.property(values, (reports) => {
      const whole = new LogHistogram();
      const buckets = new DelayBuckets();
      for (const report of reports) {
        const one = new LogHistogram();
        for (const value of report) one.record(value, 1);
        const pairs: number[] = [];
        one.appendTo(pairs);
        buckets.add({ pairs: Uint32Array.from(pairs), sum: one.sum, max: one.max });
        whole.add(one);
      }
      expect(buckets.figures()).toEqual(whole.figures());
      expect(delayText(buckets)).toBe(delayText(whole));
    }),
  );
});
