import { MessageType } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { RunningServer } from './running-server.js';

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
interface Family {
  readonly type: string;
  readonly help: string;
  readonly samples: Sample[];
}

const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const labelPair = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/g;

/** Reads the text format as its description has it; throws at whatever does not belong there. */
function parseExposition(text: string): Map<string, Family> {
  expect(text.endsWith('\n')).toBe(true);
  const families = new Map<string, Family>();
  const helps = new Map<string, string>();
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line);
    if (comment?.[1] === 'HELP') helps.set(comment[2]!, comment[3]!);
    else if (comment?.[1] === 'TYPE') {
      if (families.has(comment[2]!)) throw new Error(`second TYPE: ${line}`);
      families.set(comment[2]!, { type: comment[3]!, help: helps.get(comment[2]!) ?? '', samples: [] });
    } else addSample(families, line);
  }
  return families;
}

function addSample(families: Map<string, Family>, line: string): void {
  const [, name = '', pairs = '', number = ''] = sampleLine.exec(line) ?? [];
  const labels = Object.fromEntries([...pairs.matchAll(labelPair)].map(([, label, value]) => [label!, value!]));
  if (pairs.replace(labelPair, '') !== '') throw new Error(`bad labels: ${line}`);
  const value = number === '+Inf' ? Number.POSITIVE_INFINITY : Number(number);
  if (name === '' || number === '' || Number.isNaN(value)) throw new Error(`no sample: ${line}`);
  const family = families.get(name) ?? families.get(name.replace(/_(bucket|sum|count)$/, ''));
  if (family === undefined) throw new Error(`no TYPE before: ${line}`);
  family.samples.push({ name, labels, value });
}

const numberOf = (families: Map<string, Family>, name: string, labels: Record<string, string> = {}): number =>
  families
    .get(name)!
    .samples.find((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))!.value;

const scrapeToken = 'a-token-for-prometheus';

test('Prometheus reads what clients did, by names and units of its conventions', async () => {
  const running = await RunningServer.start({ monitoring: { metrics_token: scrapeToken } });
  const scrape = async () => {
    const { status, body, headers } = await running.call('GET', '/metrics', undefined, scrapeToken);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    return parseExposition(String(body));
  };
  await running.ok('POST', '/api/namespaces', { name: 'market' });
  const wire = await running.wire('admin', running.admin.token);
  const subscriber = await running.bound(wire);
  await wire.request({ type: MessageType.sub, namespace: 'market', topic: '>' });
  for (const [index, agoMs] of [3, 3_000, 3_000, -3_600_000].entries()) {
    const [payload, timestamp] = [Buffer.from('12345'), Date.now() - agoMs];
    await wire.request({ type: MessageType.pub, namespace: 'market', topic: `t${index}`, payload, timestamp });
    await subscriber.delivery();
  }
  let families = await scrape();
  while (numberOf(families, 'pulsemq_broker_to_socket_seconds', { le: '+Inf' }) < 4) families = await scrape();

  expect(numberOf(families, 'pulsemq_messages_published_total')).toBe(4);
  expect(numberOf(families, 'pulsemq_published_bytes_total')).toBe(20);
  expect(numberOf(families, 'pulsemq_messages_delivered_total')).toBe(4);
  expect(numberOf(families, 'pulsemq_publisher_clock_ahead_messages_total')).toBe(1);
  expect(numberOf(families, 'pulsemq_authentications_total', { result: 'ok' })).toBe(1);
  expect(numberOf(families, 'pulsemq_sessions')).toBe(1);
  expect(numberOf(families, 'pulsemq_connections')).toBe(2);
  expect(numberOf(families, 'pulsemq_topics')).toBe(4);
  expect(families.get('pulsemq_messages_dropped_total')!.samples.map(({ labels }) => labels.reason)).toEqual([
    ...['hwm', 'outbox_bytes', 'outbox_total_bytes', 'at_close'],
  ]);
  const limits = families
    .get('pulsemq_limit_hits_total')!
    .samples.map(({ labels }) => `${labels.plane} ${labels.limit}`);
  expect(limits).toEqual(
    expect.arrayContaining(['engine pending_per_address', 'control http_connections_per_address']),
  );
  expect(numberOf(families, 'pulsemq_caught_errors_total', { plane: 'control' })).toBe(0);
  expect(numberOf(families, 'pulsemq_store_writable')).toBe(1);
  expect(numberOf(families, 'pulsemq_journal_suspended')).toBe(0);
  expect(numberOf(families, 'pulsemq_journal_waiting_bytes')).toBe(0);
  expect(numberOf(families, 'process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
  expect(Math.abs(numberOf(families, 'process_start_time_seconds') - Date.now() / 1e3)).toBeLessThan(3_600);

  const publisher = families.get('pulsemq_publisher_to_broker_seconds')!;
  const atMost = (le: string) => numberOf(families, 'pulsemq_publisher_to_broker_seconds', { le });
  expect([publisher.type, atMost('0.001'), atMost('2.048'), atMost('4.096'), atMost('+Inf')]).toEqual([
    ...['histogram', 0, 1, 3, 3],
  ]);
  const sum = publisher.samples.find(({ name }) => name.endsWith('_sum'))!.value;
  expect(sum).toBeGreaterThan(6);
  expect(sum).toBeLessThan(30);
});

test('the metrics keep the rules of the format, and hold no name and no secret', async () => {
  const running = await RunningServer.start({ monitoring: { metrics_token: scrapeToken } });
  const wire = await running.wire('admin', running.admin.token);
  for (let index = 0; index < 200; index++) {
    const [namespace, topic] = [`place${index % 3}`, `secret.topic${index}`];
    await wire.request({ type: MessageType.pub, namespace, topic, payload: Buffer.from('x') });
  }
  const text = String((await running.call('GET', '/metrics')).body);
  const families = parseExposition(text);
  let sampleCount = 0;
  for (const [name, { type, help, samples }] of families) {
    expect(name).toMatch(/^(pulsemq|process)_[a-z_]+$/);
    expect([name, help.endsWith('.') || help.endsWith('label.')]).toEqual([name, true]);
    expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
    expect(name).not.toMatch(/_(ms|us|milliseconds|mb|kb)(_|$)/);
    expect([name, new Set(samples.map((sample) => JSON.stringify(sample.labels) + sample.name)).size]).toEqual([
      ...[name, samples.length],
    ]);
    if (type === 'histogram') {
      const buckets = samples.filter((sample) => sample.name === `${name}_bucket`);
      const bounds = buckets.map(({ labels }) => (labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le)));
      expect(bounds).toEqual([...bounds].sort((left, right) => left - right));
      const counts = buckets.map(({ value }) => value);
      expect(counts).toEqual([...counts].sort((left, right) => left - right));
      expect(counts.at(-1)).toBe(samples.find((sample) => sample.name === `${name}_count`)!.value);
    }
    sampleCount += samples.length;
  }
  expect(sampleCount).toBeLessThan(140);
  for (const word of ['secret', 'place', 'admin', scrapeToken, running.admin.token, running.jwt]) {
    expect(text).not.toContain(word);
  }
});

test('administrators read it, and clients with the token where one is set; no other client does', async () => {
  const running = await RunningServer.start({ monitoring: { metrics_token: scrapeToken } });
  const status = async (token: string | null) => (await running.call('GET', '/metrics', undefined, token)).status;
  expect(await status(running.jwt)).toBe(200);
  expect(await status(scrapeToken)).toBe(200);
  expect([await status(null), await status('null'), await status(`${scrapeToken}x`)]).toEqual([401, 401, 401]);
  expect((await running.call('GET', '/api/users', undefined, scrapeToken)).status).toBe(401);
  const without = await RunningServer.start();
  expect((await without.call('GET', '/metrics', undefined, scrapeToken)).status).toBe(401);
  expect((await without.call('GET', '/metrics')).status).toBe(200);
});
