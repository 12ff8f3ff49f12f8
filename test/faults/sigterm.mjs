// SIGTERM under load: what was acknowledged before the end reaches every reader that reads, and the process ends within 5 s.
import assert from 'node:assert/strict';
import { PulseMQClient } from '@pulsemq/client';
import { Broker } from '../resilience/broker.mjs';
import { until } from '../resilience/wait.mjs';

const readerCount = 3;
const publisherCount = 4;
/** Publishes that one publisher has under way at a time. */
const pipelineCount = 200;
const loadedCount = 20_000;
const endMaxMs = 5_000;
const roundCount = 3;

const quiet = (client) => client.on('error', () => {});

async function reader(broker) {
  const client = quiet(new PulseMQClient({ ...broker.options, reconnect: false }));
  const state = { client, receivedCount: 0, isOver: false, gapCount: 0 };
  client.on('gap', () => {
    state.gapCount += 1;
  });
  client.on('disconnected', () => {
    state.isOver = true;
  });
  await client.connect();
  await client.subscribe('faults', 'term.>', { onMessage: () => (state.receivedCount += 1) });
  return state;
}

/** Publishes until the connection is lost; counts what the broker has acknowledged. */
async function flood(broker, name, counts) {
  const client = quiet(new PulseMQClient({ ...broker.options, reconnect: false }));
  await client.connect();
  const payload = Buffer.alloc(100);
  for (;;) {
    const batch = Array.from({ length: pipelineCount }, () => client.publish('faults', `term.${name}`, payload));
    const done = await Promise.allSettled(batch);
    const acked = done.filter(({ status }) => status === 'fulfilled').length;
    counts.acked += acked;
    if (acked < pipelineCount) return client.close();
  }
}

async function round() {
  const broker = await Broker.start();
  const readers = [];
  try {
    for (let index = 0; index < readerCount; index++) readers.push(await reader(broker));
    const counts = { acked: 0 };
    const floods = Array.from({ length: publisherCount }, (_, index) => flood(broker, `t${index}`, counts));
    await until(() => counts.acked > loadedCount, 30_000, 'load');
    const { code, tookMs } = await broker.terminate();
    await Promise.all(floods);
    await until(() => readers.every(({ isOver }) => isOver), 10_000, 'the end at every reader');
    assert.equal(code, 0);
    assert.ok(tookMs < endMaxMs, `the broker ended after ${Math.round(tookMs)} ms, expected less than ${endMaxMs}`);
    for (const { receivedCount, gapCount } of readers) {
      assert.equal(gapCount, 0);
      assert.ok(receivedCount >= counts.acked, `${counts.acked} acknowledged, a reader got ${receivedCount}`);
    }
    return `${counts.acked} acknowledged, readers got ${readers.map(({ receivedCount }) => receivedCount).join(', ')}; ended in ${Math.round(tookMs)} ms`;
  } finally {
    await Promise.all(readers.map(({ client }) => client.close()));
    await broker.end();
  }
}

export async function sigterm() {
  const said = [];
  for (let at = 0; at < roundCount; at++) said.push(await round());
  return said.join('\n  ');
}
