import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { RunningServer } from './running-server.js';
import { until } from './until.js';

interface RuleFile {
  readonly groups: readonly {
    readonly name: string;
    readonly rules: readonly { alert: string; expr: string; annotations: { summary: string } }[];
  }[];
}
interface Dashboard {
  readonly panels: readonly {
    id: number;
    title: string;
    gridPos: { x: number; y: number; w: number; h: number };
    targets: readonly { expr: string }[];
  }[];
}

const fileOf = (name: string): string => readFileSync(new URL(`../../../../ops/${name}`, import.meta.url), 'utf8');

/** The samples of `/metrics` as they stand: name and labels. */
let samples: string[] = [];
let running: RunningServer;

beforeAll(async () => {
  running = await RunningServer.open();
  await running.ok('POST', '/api/namespaces', { name: 'market' });
  const rules = [{ pattern: '>', max_age_ms: 60_000, calendar: null }];
  await running.ok('PUT', '/api/namespaces/1/freshness', { rules });
  const message = { namespace: 'market', topic: 'a', format: 'string', data: '1' };
  await running.ok('POST', '/api/publish', message);
  const text = await until(
    async () => String((await running.call('GET', '/metrics')).body),
    (metrics) => metrics.includes('pulsemq_feed_age_seconds{') && metrics.includes('pulsemq_disk_used_ratio '),
  );
  samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
});
afterAll(() => running.close());

/** Selectors of an expression: the name of a metric, and its labels that must be equal to something. */
function selectorsOf(expr: string): { name: string; labels: string[] }[] {
  return [...expr.matchAll(/\b((?:pulsemq|process)_[a-z_]+)(?:\{([^}]*)\})?/g)].map(([, name, labels = '']) => ({
    name: name!,
    labels: [...labels.matchAll(/[a-z_]+="[^"]*"/g)].map(([pair]) => pair),
  }));
}

/** Selectors that no sample of this broker matches. */
const unknownIn = (expr: string): string[] =>
  selectorsOf(expr)
    .filter(
      ({ name, labels }) =>
        !samples.some((sample) => sample.split(/[{ ]/)[0] === name && labels.every((label) => sample.includes(label))),
    )
    .map(({ name, labels }) => `${name}{${labels}}`);

test('each metric and label of the rules for Prometheus exists', () => {
  const { groups } = parse(fileOf('prometheus-rules.yaml')) as RuleFile;
  const rules = groups.flatMap((group) => group.rules);
  expect(rules.length).toBeGreaterThan(10);
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  for (const { alert, expr, annotations } of rules) {
    expect([alert, selectorsOf(expr).length > 0, unknownIn(expr)]).toEqual([alert, true, []]);
    expect(annotations.summary).toMatch(/\.$/);
  }
  expect(unknownIn('pulsemq_nothing > 0')).toEqual(['pulsemq_nothing{}']);
  expect(unknownIn('pulsemq_authentications_total{result="maybe"}')).toHaveLength(1);
});

test('each metric of the dashboard exists, and no two panels overlap', () => {
  const { panels } = JSON.parse(fileOf('grafana-dashboard.json')) as Dashboard;
  expect(panels.length).toBeGreaterThan(15);
  for (const { title, targets } of panels) {
    for (const { expr } of targets) {
      expect([title, selectorsOf(expr).length > 0, unknownIn(expr)]).toEqual([title, true, []]);
    }
  }
  for (const { id, title, gridPos: one } of panels) {
    expect([title, one.x + one.w <= 24]).toEqual([title, true]);
    const over = panels.filter(({ id: other, gridPos: two }) => {
      const isBeside = one.x + one.w <= two.x || two.x + two.w <= one.x;
      return other !== id && !isBeside && one.y < two.y + two.h && two.y < one.y + one.h;
    });
    expect([title, over.map((panel) => panel.title)]).toEqual([title, []]);
  }
});
