import { defineConfig } from 'vitest/config';

/** Runs one story file at a time: each starts its own broker and browser. `--pictures` runs pictures/ instead. */
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
