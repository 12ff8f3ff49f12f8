import { defineConfig } from 'vitest/config';

/** One story at a time: each has a browser and a broker to itself. `--pictures` makes those of the README instead. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: [process.env.PULSEMQ_PICTURES === undefined ? 'stories/**/*.test.ts' : 'pictures/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    reporters: ['verbose'],
  },
});
