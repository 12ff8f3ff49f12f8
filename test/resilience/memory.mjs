// The memory of a client that receives for a long time must not grow.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { PulseMQClient } from '@pulsemq/client';
import { Broker } from './broker.mjs';

const sampleMs = 3_000;
/** From the mean of the first third of the samples to that of the last third. */
const growthLimitBytes = 4 * 1_048_576;

const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

export async function memory({ seconds }) {
  if (global.gc === undefined) throw new Error('this test needs garbage collection: start node with --expose-gc');
  const broker = await Broker.start();
  const [reader, writer] = [new PulseMQClient(broker.options), new PulseMQClient(broker.options)];
  let isStopped = false;
  let count = 0;
  try {
    await Promise.all([reader.connect(), writer.connect()]);
    await reader.subscribe('resilience', 'memory.>', {
      onMessage: ({ payload }) => (count += payload.length > 0 ? 1 : 0),
    });
    // Beside the callback an iterator, with a queue that is full most of the time.
    const iterated = await reader.subscribe('resilience', 'memory.>', { queueLimit: 1_000 });
    let iteratedCount = 0;
    const iterating = (async () => {
      for await (const { payload } of iterated) iteratedCount += payload.length > 0 ? 1 : 0;
    })();
    const publishing = (async () => {
      for (let round = 0; !isStopped; round++) {
        const items = Array.from({ length: 500 }, () => Buffer.alloc(100, 'x'));
        await writer.publishMany('resilience', `memory.t${round % 100}`, items);
      }
    })();
    const samples = [];
    for (let at = 0; at < seconds * 1_000; at += sampleMs) {
      await pause(sampleMs);
      global.gc();
      const { heapUsed, external } = process.memoryUsage();
      samples.push(heapUsed + external);
    }
    isStopped = true;
    await publishing;
    await iterated.close();
    await iterating;
    assert.ok(iteratedCount > 0, 'the iterator received no message');
    const third = Math.floor(samples.length / 3);
    const growth = mean(samples.slice(-third)) - mean(samples.slice(0, third));
    assert.ok(
      growth < growthLimitBytes,
      `memory grew by ${Math.round(growth / 1024)} KiB, expected less than ${growthLimitBytes / 1024} KiB`,
    );
    return `${count} messages by callback and ${iteratedCount} by iterating in ${seconds} s: memory grew by ${Math.round(growth / 1024)} KiB`;
  } finally {
    isStopped = true;
    await Promise.all([reader.close(), writer.close()]);
    await broker.end();
  }
}
