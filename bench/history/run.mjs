// node bench/history/run.mjs [--messages 1000000] [--runs 3]: how long questions for history take, from the question to the last byte of the
// answer, in a process of their own as in the broker. Needs `npm run build`, and a machine that does nothing else.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NodeFiles, SegmentWriter } from '@pulsemq/broker/journal';
import { MessageType, messageFrames } from '@pulsemq/protocol';
import { encodeMessage, writeI64, writeU32 } from '@pulsemq/zmtp';
import { HistoryQueries } from '../../packages/broker/dist/control/history/history-queries.js';

const { values } = parseArgs({
  options: { messages: { type: 'string', default: '1000000' }, runs: { type: 'string', default: '3' } },
});
const messageCount = Number(values.messages);
const runCount = Number(values.runs);

const payloadBytes = 100;
const recordHeadBytes = 24;
const atOnce = 10_000;
const startUs = Date.parse('2026-11-30T01:30:00Z') * 1_000;
/** A million ticks a millisecond apart take 17 minutes: bars of a second have a thousand ticks each. */
const everyUs = 1_000;

/** Seconds that the issue of history allows for a million messages. */
const bounds = { Arrow: 2, Parquet: 3, 'bars of 1 s': 1.5 };

const topics = Array.from({ length: 100 }, (_, index) => ({
  number: index + 1,
  epoch: 7,
  key: `market:sz${String(index).padStart(6, '0')}.trade`,
}));

/** A trade as JSON of exactly 100 bytes. */
function payloadOf(index) {
  const price = (10 + (index % 1_000) / 100).toFixed(2);
  const head = `{"price":${price},"size":${1 + (index % 500)},"side":"${index % 2 === 0 ? 'B' : 'S'}","id":${index},"note":"`;
  return Buffer.from(`${head}${'x'.repeat(payloadBytes - head.length - 2)}"}`, 'latin1');
}

function recordOf(index) {
  const topic = topics[index % topics.length];
  const frames = encodeMessage(
    messageFrames({
      type: MessageType.pub,
      format: 1,
      namespace: 'market',
      topic: topic.key.slice('market:'.length),
      username: 'feed',
      payload: payloadOf(index),
      timestamp: 1,
    }),
  );
  const record = Buffer.alloc(recordHeadBytes + frames.length);
  writeU32(record, 0, frames.length);
  writeU32(record, 4, topic.number);
  writeI64(record, 8, 1 + Math.floor(index / topics.length));
  writeI64(record, 16, startUs + index * everyUs);
  record.set(frames, recordHeadBytes);
  return record;
}

function writeJournal(folder) {
  const writer = new SegmentWriter(new NodeFiles(folder), 1, startUs, (number) => topics[number - 1]);
  for (let first = 0; first < messageCount; first += atOnce) {
    const count = Math.min(atOnce, messageCount - first);
    const records = Buffer.concat(Array.from({ length: count }, (_, index) => recordOf(first + index)));
    writer.write(records, 0, records.length);
  }
  writer.close();
}

async function timeOf(folder, more) {
  const question = {
    folder,
    namespace: 'market',
    pattern: '>',
    fromUs: 0,
    toUs: Number.MAX_SAFE_INTEGER,
    fromSequence: 0,
    toSequence: Number.MAX_SAFE_INTEGER,
    columns: null,
    bars: null,
    limitCount: 1_000_000,
    format: 'arrow',
    ...more,
  };
  const started = performance.now();
  const { rowCount, body } = await new HistoryQueries().ask(question, new AbortController().signal);
  let bytes = 0;
  for await (const chunk of body) bytes += chunk.length;
  return { seconds: (performance.now() - started) / 1_000, rowCount, bytes };
}

const bars = { everySeconds: 1, zone: 'UTC', price: 'price', size: 'size' };
const questions = {
  Arrow: {},
  Parquet: { format: 'parquet' },
  CSV: { format: 'csv' },
  JSON: { format: 'json' },
  'bars of 1 s': { bars },
  'bars of 1 min in Shanghai': { bars: { ...bars, everySeconds: 60, zone: 'Asia/Shanghai' } },
};

const folder = mkdtempSync(join(tmpdir(), 'pulsemq-bench-history-'));
try {
  writeJournal(folder);
  console.log(
    `${messageCount} JSON messages of ${payloadBytes} bytes, ${topics.length} topics; the median of ${runCount} runs\n`,
  );
  console.log('| answer | rows | MB | seconds | bound for a million |');
  console.log('|---|---|---|---|---|');
  for (const [name, more] of Object.entries(questions)) {
    const runs = [];
    for (let run = 0; run < runCount; run++) runs.push(await timeOf(folder, more));
    runs.sort((left, right) => left.seconds - right.seconds);
    const { seconds, rowCount, bytes } = runs[Math.floor(runCount / 2)];
    console.log(
      `| ${name} | ${rowCount} | ${(bytes / 1e6).toFixed(1)} | ${seconds.toFixed(2)} | ${bounds[name] ?? ''} |`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
