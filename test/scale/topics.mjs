// Topics with a last value each: memory above an idle broker, the longest wait of a bystander under load, statistics on disk.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PulseMQClient } from '@pulsemq/client';
import { beside } from './pair.mjs';

const goalMebibytes = 200;
const goalWaitMs = 50;
const goalDiskBytes = 1_000_000;
const payload = Buffer.alloc(100, 120);
const topicOf = (number) => `s${number % 1_000}.t${Math.floor(number / 1_000)}`;
const unacknowledgedCount = 5_000;
/** Time for the control plane to learn of the last topics and to store them. */
const settleMs = 8_000;

async function publishAll(client, topicCount) {
  for (let number = 0; number < topicCount; number++) {
    const published = client.publish('scale', topicOf(number), payload);
    if (number % unacknowledgedCount === unacknowledgedCount - 1) await published;
    else published.catch(() => {});
  }
  await client.publish('scale', topicOf(0), payload);
}

/** Publishes at a rate over all topics, in an order that no cache likes. */
async function load(client, topicCount, messagesPerSecond, seconds) {
  const beganMs = performance.now();
  let sentCount = 0;
  while (performance.now() < beganMs + seconds * 1_000) {
    const dueCount = ((performance.now() - beganMs) * messagesPerSecond) / 1_000;
    while (sentCount < dueCount)
      client.publish('scale', topicOf((sentCount++ * 7_919) % topicCount), payload).catch(() => {});
    await pause(5);
  }
  return sentCount;
}

const databaseBytes = (folder) =>
  ['pulsemq.db', 'pulsemq.db-wal'].reduce(
    (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );

export async function topics(
  { broker, memory },
  topicCount,
  { rounds = 3, messagesPerSecond = 50_000, seconds = 20 } = {},
) {
  const client = new PulseMQClient(broker.options);
  await client.connect();
  const idle = await memory.settled();
  await publishAll(client, topicCount);
  await pause(settleMs);
  const kept = await memory.settled();
  const mebibytes = (kept.rssBytes - idle.rssBytes) / 2 ** 20;
  console.log(
    `${topicCount} topics with values of 100 bytes: ${mebibytes.toFixed(0)} MiB above idle (goal: ${goalMebibytes}), ${((kept.liveBytes - idle.liveBytes) / topicCount) | 0} live bytes a topic`,
  );
  const waits = [];
  const beforeBytes = databaseBytes(broker.folder);
  for (let round = 1; round <= rounds; round++) {
    let sentCount = 0;
    const pair = await beside(broker, async () => {
      sentCount = await load(client, topicCount, messagesPerSecond, seconds);
    });
    waits.push(pair.longestWaitMs);
    console.log(
      `round ${round}: ${Math.round(sentCount / seconds)} messages a second, longest wait of a bystander ${pair.longestWaitMs.toFixed(1)} ms`,
    );
  }
  const perMinute = ((databaseBytes(broker.folder) - beforeBytes) * 60) / (rounds * seconds);
  console.log(
    `database: ${(perMinute / 1_000).toFixed(0)} KB a minute (goal: ${goalDiskBytes / 1_000}; the write-ahead log counts while it grows)`,
  );
  await client.close();
  const faults = [];
  if (mebibytes > goalMebibytes)
    faults.push(`${mebibytes.toFixed(0)} MiB for ${topicCount} topics, at most ${goalMebibytes} expected`);
  if (Math.min(...waits) > goalWaitMs)
    faults.push(
      `a bystander waited ${Math.min(...waits).toFixed(1)} ms in the best round, at most ${goalWaitMs} expected`,
    );
  if (perMinute > goalDiskBytes)
    faults.push(`${Math.round(perMinute)} bytes of statistics a minute, at most ${goalDiskBytes} expected`);
  return faults;
}
