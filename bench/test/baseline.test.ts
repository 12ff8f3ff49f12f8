import { expect, test } from 'vitest';
import { type Contenders, compareCpu, compareRow, geometricMean } from '../src/baseline/comparison.js';
import { comparisonTable } from '../src/baseline/comparison-table.js';
import type { WorkloadResult } from '../src/report/results.js';
import { cpu, deliveryRate, dropped } from '../src/workloads/figures.js';

const contenders: Contenders = { present: 'present build', baseline: 'd52c8ad', again: 'd52c8ad again' };

/** A row with the CPU figures of each round. */
const row = (present: number[], baseline: number[], again: number[], droppedCount = 0): WorkloadResult => {
  const runs = (values: number[], lost = 0) =>
    values.map((value) => ({ [deliveryRate.name]: 1 / value, [cpu.name]: value, [dropped.name]: lost }));
  return {
    workload: {
      name: 'ticks',
      title: 'ticks',
      figures: [deliveryRate, cpu, dropped],
      peers: [],
      targets: [],
      run: () => Promise.reject(new Error('not run here')),
    },
    runs: new Map([
      [contenders.present, runs(present)],
      [contenders.baseline, runs(baseline)],
      [contenders.again, runs(again, droppedCount)],
    ]),
    failures: [],
  };
};

const cpuOf = (...results: WorkloadResult[]) => compareCpu(results.map((result) => compareRow(result, contenders)));

test('the ratio of a row is that of neighbouring runs: median, least and greatest', () => {
  const { figures, isResult } = compareRow(row([1, 3, 2], [1, 2, 4], [2, 2, 4]), contenders);
  expect(figures[1]).toMatchObject({
    name: cpu.name,
    baseline: 2,
    present: 2,
    ratio: { median: 1, min: 0.5, max: 1.5 },
    noise: { median: 1, min: 1, max: 2 },
  });
  expect(isResult).toBe(true);
});

test('rows count by the geometric mean of their CPU ratios', () => {
  expect(geometricMean([2, 0.5])).toBeCloseTo(1);
  expect(geometricMean([])).toBeNaN();
  const compared = cpuOf(row([2], [1], [1]), row([1], [2], [4]));
  expect(compared.rowCount).toBe(2);
  expect(compared.ratio).toBeCloseTo(1);
  expect(compared.noise).toBeCloseTo(Math.SQRT2);
});

test('CPU may grow by 3 %', () => {
  expect(cpuOf(row([1.03], [1], [1])).verdict).toBe('holds');
  expect(cpuOf(row([1.031], [1], [1])).verdict).toBe('does not hold');
});

test('a drop in any of the three brokers, or a failed run, is no result', () => {
  expect(cpuOf(row([1], [1], [1]), row([1], [1], [1], 5)).verdict).toBe('no result');
  expect(cpuOf({ ...row([1], [1], [1]), failures: ['d52c8ad, round 1: it exited'] }).verdict).toBe('no result');
});

test('without a row that measures CPU there is no result', () => {
  const { workload, ...rest } = row([1], [1], [1]);
  expect(cpuOf({ ...rest, workload: { ...workload, figures: [deliveryRate] } })).toMatchObject({
    rowCount: 0,
    verdict: 'no result',
  });
});

test('the table has both builds, the ratio beside the noise, and the bound', () => {
  const text = comparisonTable([row([2, 2], [1, 2], [1, 3])], contenders);
  const lines = text.split('\n');
  expect(lines[0]).toBe(
    '| workload | figure | d52c8ad | present build | present build / d52c8ad: median (min to max) | d52c8ad / itself: median (min to max) |',
  );
  expect(lines[3]).toBe('|  | CPU s/M deliveries | 1.50 | 2.00 | 1.500 (1.000 to 2.000) | 1.250 (1.000 to 1.500) |');
  expect(lines[4]).toBe('|  | dropped | 0 | 0 |  |  |');
  expect(text).toContain('geometric mean of 1 workloads: present build / d52c8ad 1.500; d52c8ad / itself 1.250');
  expect(text).toContain('CPU grows by at most 3 %: +50.0 %, **does not hold**');
});

test('the table names the broker that lost messages', () => {
  const text = comparisonTable([row([1], [1], [1], 7)], contenders);
  expect(text).toContain('CPU grows by at most 3 %: +0.0 %, no result');
  expect(text).toContain('(!) ticks: d52c8ad again dropped 7 messages in 1 of 1 runs: no result.');
});
