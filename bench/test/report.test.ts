import { expect, test } from 'vitest';
import { median } from '../src/report/median.js';
import { plot } from '../src/report/plot.js';
import { rawFigures } from '../src/report/raw.js';
import { judge, ratioTo, type WorkloadResult } from '../src/report/results.js';
import { resultTable } from '../src/report/table.js';
import { natsWire } from '../src/wire/nats.js';
import { pulsemqWire } from '../src/wire/pulsemq.js';

const result = (ours: number[], theirs: number[], dropped = 0): WorkloadResult => ({
  workload: {
    name: 'ticks',
    title: 'ticks',
    figures: [
      { name: 'deliveries_per_second', unit: '/s', moreIsBetter: true },
      { name: 'dropped_messages', unit: 'dropped', moreIsBetter: false },
    ],
    peers: [{ name: 'PulseMQ' }, { name: 'NATS' }] as never,
    targets: [{ text: '2 x NATS', figure: 'deliveries_per_second', peer: 'NATS', atLeast: 2 }],
    run: () => Promise.reject(new Error('not run here')),
  },
  runs: new Map([
    ['PulseMQ', ours.map((rate) => ({ deliveries_per_second: rate, dropped_messages: dropped }))],
    ['NATS', theirs.map((rate) => ({ deliveries_per_second: rate, dropped_messages: 0 }))],
  ]),
  failures: [],
});

test('the median is the middle value, or the mean of the two middle values', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
});

test('a ratio is the median of the ratios of neighbouring runs, without rounds in which one failed', () => {
  expect(ratioTo(result([20, 30, 90], [10, 10, 10]), 'NATS', 'deliveries_per_second')).toBe(3);
  const { workload, failures } = result([], []);
  const runs = new Map([
    ['PulseMQ', [{ deliveries_per_second: 20 }, {}, { deliveries_per_second: 40 }]],
    ['NATS', [{ deliveries_per_second: 10 }, { deliveries_per_second: 1 }, { deliveries_per_second: 10 }]],
  ]);
  expect(ratioTo({ workload, failures, runs }, 'NATS', 'deliveries_per_second')).toBe(3);
});

test('a target holds within its bound; with a drop of PulseMQ there is no result', () => {
  const [target] = result([], []).workload.targets;
  expect(judge(result([20], [10]), target!)).toEqual({ value: 2, bound: 2, verdict: 'holds' });
  expect(judge(result([19], [10]), target!)).toEqual({ value: 1.9, bound: 2, verdict: 'does not hold' });
  expect(judge(result([20], [10], 1), target!)).toEqual({ value: 2, bound: 2, verdict: 'no result' });
  expect(judge(result([20], []), target!)).toBeUndefined();
});

test('the table says whether a bound holds', () => {
  expect(resultTable([result([2_500_000], [1_000_000])])).toContain(
    '| 2.50 M | 1.00 M | 2.50 | 2 x NATS: 2.50, holds |',
  );
});

test('the generators count with the sizes on the wire', () => {
  expect(natsWire.deliveryBytes('a.b', 100)).toBe('MSG a.b 10 100\r\n'.length + 102);
  // Key, header, three names, payload and block, each with a frame header of two bytes.
  const expected = 2 + 'market:a.b'.length + 22 + (2 + 6) + (2 + 3) + (2 + 5) + (2 + 100) + (2 + 24);
  expect(pulsemqWire.deliveryBytes('a.b', 100)).toBe(expected);
});

test('a drop of PulseMQ voids its row; a drop of a peer is marked, and its rate counts', () => {
  const ours = resultTable([result([20], [10], 3)]);
  expect(ours).toContain('20.0 (!)');
  expect(ours).toContain('no result');
  expect(ours).toContain('(!) ticks: PulseMQ dropped 3 messages in 1 of 1 runs: no result.');
  const { workload, failures } = result([], []);
  const runs = new Map([
    ['PulseMQ', [{ deliveries_per_second: 20, dropped_messages: 0 }]],
    ['NATS', [{ deliveries_per_second: 10, dropped_messages: 7 }]],
  ]);
  const theirs = resultTable([{ workload, failures, runs }]);
  expect(theirs).toContain('2 x NATS: 2.00, holds');
  expect(theirs).toContain('NATS dropped 7 messages in 1 of 1 runs: its rate counts what it delivered.');
});

test('a difference at idle raises the bound, at most twofold', () => {
  const delays = (ours: number, idle: number): WorkloadResult => ({
    ...result([], []),
    runs: new Map([
      ['PulseMQ', [{ p99_us: ours, idle_p99_us: idle }]],
      ['NATS', [{ p99_us: 100, idle_p99_us: 100 }]],
    ]),
  });
  const target = { text: 'P99', figure: 'p99_us', peer: 'NATS', atMost: 1.1, idleFigure: 'idle_p99_us' };
  expect(judge(delays(110, 50), target)).toEqual({ value: 1.1, bound: 1.1, verdict: 'holds' });
  expect(judge(delays(160, 150), target)).toMatchObject({ verdict: 'holds' });
  expect(judge(delays(230, 900), target)).toMatchObject({ bound: 2.2, verdict: 'does not hold' });
});

test('the raw figures contain every run, and the summary', () => {
  const text = rawFigures([result([1, 2, 3], [4, 5, 6])], {
    machine: 'm',
    settings: new Map(),
    options: {},
    summary: { growth: 1 },
  });
  expect(
    JSON.parse(text).workloads[0].runs.NATS.map((run: { deliveries_per_second: number }) => run.deliveries_per_second),
  ).toEqual([4, 5, 6]);
  expect(JSON.parse(text).growth).toBe(1);
});

test('the plot names each workload and its ratio, and escapes its texts', () => {
  const one = result([25], [10]);
  const drawn = plot([{ ...one, workload: { ...one.workload, title: '1 -> 10 <b>' } }]);
  expect(drawn).toContain('>2.50</text>');
  expect(drawn).toContain('1 -&gt; 10 &lt;b&gt;, /s');
  expect(drawn.startsWith('<svg ')).toBe(true);
  expect(drawn.trimEnd().endsWith('</svg>')).toBe(true);
});
