import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** What was built is loaded by Node itself, as its users load it: going through Vite's transform took half the time of a run. */
const server = { deps: { external: [/\/dist\//] } };

/** Tests of zmtp run its sources, and so do these; its package names the built file, whose classes would be others. */
const alias = { '#mechanism': fileURLToPath(new URL('packages/zmtp/src/mechanism/new-mechanism.ts', import.meta.url)) };

/** What the two have in common. Files share the modules of their worker: loading the broker for each took longer than most of them. */
const shared = { isolate: false, testTimeout: 20_000, hookTimeout: 20_000, server };

const folders = ['packages/*/test', 'test', 'bench/test'];
const slow = folders.map((folder) => `${folder}/**/*.slow.test.ts`);
const postgres = folders.map((folder) => `${folder}/**/*.postgres.test.ts`);

/**
 * `quick` is what `npm test` runs; `slow` is what takes long: many starts of brokers, many connections, long logs, the benches' own workloads.
 * `postgres` needs a PostgreSQL server: `npm run test:postgres`.
 */
export default defineConfig({
  test: {
    // Two on two cores, since most tests wait for something most of the time: a broker that starts, the end of a second.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        resolve: { alias },
        test: {
          ...shared,
          name: 'quick',
          include: folders.map((folder) => `${folder}/**/*.test.ts`),
          exclude: [...slow, ...postgres],
        },
      },
      { resolve: { alias }, test: { ...shared, name: 'slow', include: slow } },
      { test: { ...shared, name: 'postgres', include: postgres } },
    ],
  },
});
