// Loaded by Node before the broker, in each of its threads: when the file in PULSEMQ_COLLECT_FOLDER/ask changes, the thread collects garbage
// and writes what is left into a file of its own.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getHeapSpaceStatistics } from 'node:v8';
import { threadId } from 'node:worker_threads';

const lookEveryMs = 100;
const folder = process.env.PULSEMQ_COLLECT_FOLDER;
let done = '';

setInterval(() => {
  const asked = readFileSync(join(folder, 'ask'), 'utf8');
  if (asked === done || asked === '') return;
  done = asked;
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  const { physical_space_size: youngBytes } = getHeapSpaceStatistics().find((one) => one.space_name === 'new_space');
  const found = { asked, liveBytes: heapUsed + external, youngBytes, rss };
  writeFileSync(join(folder, `thread-${threadId}`), JSON.stringify(found));
}, lookEveryMs).unref();
