import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { workloads } from '../src/rows/all-rows.js';

const folder = fileURLToPath(new URL('../src/rows/', import.meta.url));

test('every workload of the folder takes part, and every name is used once', async () => {
  const names = readdirSync(folder).map((file) => file.replace('.ts', ''));
  const rowNames = names.filter((name) => name !== 'all-rows');
  const modules: object[] = await Promise.all(rowNames.map((name) => import(`../src/rows/${name}.ts`)));
  const exported = modules.flatMap((module) => Object.values(module).flat());
  expect(new Set(exported)).toEqual(new Set(workloads));
  expect(new Set(workloads.map(({ name }) => name)).size).toBe(workloads.length);
});
