// node bench/threads/run.mjs [--seconds 4] [--readers 10,100] [--rounds 3]: a prototype, no part of the broker. One thread, or two, accept on one
// listening descriptor and write the same batches, which lie in shared memory, to the sockets that each has accepted. Prints what each thread
// accepted, the deliveries a second, and the CPU time for a million of them.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { newBatches } from './batches.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    readers: { type: 'string', default: '10,100' },
    rounds: { type: 'string', default: '3' },
  },
});
const seconds = Number(values.seconds);
const messageBytes = 120;

/** One run: the sockets of each thread, deliveries a second, and CPU seconds of the threads for a million deliveries. */
async function measure(threadCount, readerCount) {
  const batches = newBatches();
  const threads = [];
  for (let index = 0; index < threadCount; index++) {
    const workerData = { batches, index, threadCount, messageBytes };
    threads.push(new Worker(new URL('./thread.mjs', import.meta.url), { workerData }));
  }
  const [{ port, fd }] = await once(threads[0], 'message');
  for (const thread of threads.slice(1)) {
    thread.postMessage({ kind: 'listen', fd });
    await once(thread, 'message');
  }
  if (threadCount === 2) joinThem(threads);
  const readers = fork(new URL('./readers.mjs', import.meta.url), [String(port), String(readerCount)]);
  await once(readers, 'message');
  threads[0].postMessage({ kind: 'start' });
  await pause(1_000);
  const [beforeBytes, cpu, startedMs] = [await readBytes(readers), process.cpuUsage(), performance.now()];
  await pause(seconds * 1_000);
  const [afterBytes, { user, system }, tookMs] = [
    await readBytes(readers),
    process.cpuUsage(cpu),
    performance.now() - startedMs,
  ];
  for (const thread of threads) thread.postMessage({ kind: 'count' });
  const acceptedCounts = await Promise.all(threads.map(async (thread) => (await once(thread, 'message'))[0].count));
  readers.kill();
  await Promise.all(threads.map((thread) => thread.terminate()));
  const deliveryCount = (afterBytes - beforeBytes) / messageBytes;
  return {
    acceptedCounts,
    perSecond: (deliveryCount / tookMs) * 1_000,
    cpuPerMillion: (user + system) / deliveryCount,
  };
}

/** A channel between the two: the first says which batch is ready, the second which one is free. */
function joinThem([first, second]) {
  const { port1, port2 } = new MessageChannel();
  first.postMessage({ kind: 'peer', port: port1 }, [port1]);
  second.postMessage({ kind: 'peer', port: port2 }, [port2]);
}

async function readBytes(readers) {
  readers.send('count');
  return (await once(readers, 'message'))[0];
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

console.log(
  `${availableParallelism()} cores, Node ${process.version}, messages of ${messageBytes} bytes, ${seconds} s a run`,
);
for (const readerCount of values.readers.split(',').map(Number)) {
  const runs = { 1: [], 2: [] };
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const threadCount of [1, 2]) runs[threadCount].push(await measure(threadCount, readerCount));
  }
  for (const threadCount of [1, 2]) {
    const perSecond = median(runs[threadCount].map((run) => run.perSecond)) / 1e6;
    const cpu = median(runs[threadCount].map((run) => run.cpuPerMillion));
    const accepted = runs[threadCount].map((run) => run.acceptedCounts.join('+')).join(', ');
    console.log(
      `${readerCount} readers, ${threadCount} threads: ${perSecond.toFixed(1)} M deliveries/s, CPU ${cpu.toFixed(3)} s a million; accepted ${accepted}`,
    );
  }
}
