import { UsageError } from '../options.js';
import { machine } from '../report/machine.js';
import { topicList } from '../workloads/topics.js';
import { emptyCaches } from './caches.js';
import { fill } from './fill.js';
import { GapFills } from './gap-fills.js';
import { JournalBroker } from './journal-broker.js';
import { type JournalOptions, parseJournalOptions, usage } from './journal-options.js';
import { type ReplayRange, replayRaw, replaySdk } from './replays.js';

/** Retention must not remove what was just written. */
const keptParts = 2;

const bounds = { readyMs: 3_000, fillMs: 10, rawRate: 1e6, sdkRate: 0.5e6 };

/** The command `npm run bench:journal`. */
async function main(options: JournalOptions): Promise<void> {
  if (options.help) return console.log(usage);
  console.log(`${machine()}\n`);
  const broker = new JournalBroker();
  // The journal may have many gigabytes: it must not stay behind.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void broker.remove().finally(() => process.exit(1)));
  }
  try {
    await broker.prepare(keptParts * options.journalBytes + 2 ** 30);
    await measure(broker, options);
  } finally {
    await broker.remove();
  }
}

async function measure(broker: JournalBroker, options: JournalOptions): Promise<void> {
  const topics = topicList(options.topicCount);
  const startMs = performance.now();
  const messagesOfTopic = await fill(broker.address, topics, options.journalBytes);
  const seconds = (performance.now() - startMs) / 1_000;
  const fills = new GapFills(topics, messagesOfTopic, options.fillCount);
  await fills.prepare(broker.address);
  await broker.stop();
  const count = messagesOfTopic * topics.length;
  line('journal', `${gigabytes(broker.journalBytes)} of ${count} messages, ${topics.length} topics`);
  line('published', `${rate(count / seconds)} in ${seconds.toFixed(1)} s`);
  await measureStarts(broker);
  await measureFills(broker, fills);
  await measureReplays(broker, rangeOf(messagesOfTopic, topics.length, options.replayCount));
}

async function measureStarts(broker: JournalBroker): Promise<void> {
  const isCold = emptyCaches();
  line(`ready, indexes whole, ${caches(isCold)}`, ms(await broker.start()), `under ${ms(bounds.readyMs)}`);
  await broker.stop();
  line('ready, caches warm', ms(await broker.start()), `under ${ms(bounds.readyMs)}`);
  await broker.kill();
  line('ready after SIGKILL, caches warm', ms(await broker.start()));
  await broker.stop();
}

async function measureFills(broker: JournalBroker, fills: GapFills): Promise<void> {
  await broker.start();
  const bound = `P50 under ${ms(bounds.fillMs)}`;
  for (const isCold of [emptyCaches(), false]) {
    const { firstMs, p50Ms, p99Ms } = await fills.measure(broker.address);
    line(
      `100 messages of a topic, ${caches(isCold)}`,
      `P50 ${ms(p50Ms)}, P99 ${ms(p99Ms)}, first ${ms(firstMs)}`,
      bound,
    );
  }
}

async function measureReplays(broker: JournalBroker, range: ReplayRange): Promise<void> {
  const { address } = broker;
  line('replayed', `${range.count} messages`);
  const isCold = emptyCaches();
  line(`replay, raw reader, ${caches(isCold)}`, rate(await replayRaw(address, range)));
  line('replay, raw reader, caches warm', rate(await replayRaw(address, range)), `at least ${rate(bounds.rawRate)}`);
  for (const way of ['iterate', 'callback'] as const) {
    line(
      `replay, client library, ${way}`,
      rate(await replaySdk(address, range, way)),
      `at least ${rate(bounds.sdkRate)}`,
    );
  }
  await broker.stop();
}

function rangeOf(messagesOfTopic: number, topicCount: number, maxCount: number): ReplayRange {
  const toSequence = Math.max(1, Math.min(messagesOfTopic, Math.floor(maxCount / topicCount)));
  return { toSequence, count: toSequence * topicCount };
}

const caches = (isCold: boolean): string => (isCold ? 'caches cold' : 'caches warm');
const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;
const ms = (value: number): string => `${value < 100 ? value.toFixed(1) : value.toFixed(0)} ms`;
const rate = (perSecond: number): string => `${(perSecond / 1e6).toFixed(2)} M msg/s`;

function line(name: string, value: string, bound?: string): void {
  console.log(`${name.padEnd(40)}${value}${bound === undefined ? '' : ` (bound: ${bound})`}`);
}

try {
  await main(parseJournalOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`bench: ${error.message}\nbench: --help lists the options`);
  process.exitCode = 2;
}
