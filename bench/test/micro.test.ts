import { expect, test } from 'vitest';
import { microBenches } from '../micro/all.js';
import { nanosecondsOf } from '../micro/nanoseconds.js';

test.each(microBenches)('$name runs', (bench) => {
  expect(nanosecondsOf(bench, 0.1)).toBeGreaterThan(0);
});
