import { parentPort, workerData } from 'node:worker_threads';
import { JournalReader } from './journal-reader.js';
import { ReadOnlyFiles } from './node-files.js';
import { deliveryOf } from './record.js';
import { WrittenWatch } from './ring.js';
import { StreamFill } from './stream-fill.js';
import type { HistoryRequest, HistoryResult, ReaderData } from './thread-messages.js';

/** The thread that reads the journal for clients, so that neither the engine nor the writing waits for a disk. */

/** How often it looks whether the writing thread has passed a position, and for how long. */
const lookMs = 1;
const waitMs = 2_000;

if (parentPort === null) throw new Error('journal/reader-thread.js runs as a worker thread only');
const port = parentPort;
const { folder, memory } = workerData as ReaderData;
const watch = new WrittenWatch(memory);
const fill = new StreamFill();
let reader: JournalReader | null = null;
let turn: Promise<void> = Promise.resolve();

port.on('message', (request: HistoryRequest) => {
  // One after another: each is short, and they share the open files.
  turn = turn.then(() => answer(request));
});

async function answer(request: HistoryRequest): Promise<void> {
  const untilMs = performance.now() + waitMs;
  while (!watch.hasPassed(request.position) && performance.now() < untilMs) {
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
  port.postMessage(await resultOf(request));
}

async function resultOf(request: HistoryRequest): Promise<HistoryResult> {
  try {
    if (reader === null) reader = new JournalReader(new ReadOnlyFiles(folder));
    else reader.refresh();
    return await found(request, reader);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const messages = new Uint8Array(0);
    return { id: request.id, isKnown: false, messages, count: 0, lastSent: 0, last: 0, nextEpoch: null, problem };
  }
}

async function found(request: HistoryRequest, from: JournalReader): Promise<HistoryResult> {
  const streams = from.streamsOf(request.key);
  const index = streams.findIndex(({ epoch }) => epoch === request.epoch);
  const first = Math.max(request.from, from.sequenceSince(request.key, request.epoch, request.sinceUs));
  const deliveries: Buffer[] = [];
  let lastSent = 0;
  await fill.read(from, { ...request, from: first }, (record) => {
    deliveries.push(deliveryOf(record));
    lastSent = record.sequence;
  });
  return {
    id: request.id,
    isKnown: index >= 0,
    messages: new Uint8Array(Buffer.concat(deliveries)),
    count: deliveries.length,
    lastSent,
    last: streams[index]?.last ?? 0,
    nextEpoch: streams[index + 1]?.epoch ?? null,
    problem: null,
  };
}
