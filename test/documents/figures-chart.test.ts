import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { chart, ofDocument, ofResult } from '../../scripts/figures-chart.mjs';

const docs = resolve(import.meta.dirname, '../../docs');
const read = (name: string): string => readFileSync(resolve(docs, name), 'utf8');
const documented = ofDocument(read('figures.md'));

test('docs/figures.svg is the chart of the table in docs/figures.md (npm run figures-chart)', () => {
  expect(read('figures.svg')).toBe(chart(documented));
  expect(documented.commit).toMatch(/^[0-9a-f]{7,}$/);
  expect(documented.rows).toHaveLength(6);
  expect(documented.rows[1]!.values).toEqual([
    { peer: 'PulseMQ', value: 10_060_000 },
    { peer: 'NATS', value: 3_510_000 },
    { peer: 'Redis', value: 4_100_000 },
    { peer: 'libzmq, 7 frames', value: 1_190_000 },
  ]);
});

test('a result of the benchmark gives the same rows: medians, and the median of the ratios of the rounds', () => {
  const titles = [...read('figures.md').matchAll(/^\| ([^|]+?) \| ([^|]+?) \|/gm)].map(([, title, unit]) => ({
    title: title!,
    unit: unit!,
  }));
  const units = ['deliveries/s', 'payload MB/s', 'us P50'];
  const workloads = titles
    .filter(({ title, unit }) => title !== '' && units.includes(unit))
    .map(({ title, unit }) => ({
      title,
      figures: [{ name: 'one', unit }],
      runs: { PulseMQ: [{ one: 30 }, { one: 10 }, { one: 20 }], NATS: [{ one: 10 }, { one: 10 }, { one: 10 }] },
    }));
  const { rows, commit } = ofResult({ workloads, machine: '2 x CPU' }, 'abc1234');
  expect(commit).toBe('abc1234');
  expect(rows.map(({ label }) => label)).toEqual(documented.rows.map(({ label }) => label));
  for (const { values, ratio } of rows) {
    expect(values).toEqual([
      { peer: 'PulseMQ', value: 20 },
      { peer: 'NATS', value: 10 },
    ]);
    expect(ratio).toBe(2);
  }
  expect(() => ofResult({ workloads: [], machine: '' }, 'abc1234')).toThrow('the result has no row');
});
