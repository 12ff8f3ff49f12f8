import { defineConfig } from 'vitest/config';

/** One story at a time: each has a browser and a broker to itself. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['stories/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    reporters: ['verbose'],
  },
});
