// The broker is killed with SIGKILL, or stopped and started again, or the connections of the reader are cut, while one client publishes.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { framesOf, JournalReader, ReadOnlyFiles, verify } from '@pulsemq/broker/journal';
import { PulseMQClient } from '@pulsemq/client';
import { FaultProxy } from '../faults/proxy.mjs';
import { Broker } from '../resilience/broker.mjs';
import { until } from '../resilience/wait.mjs';
import { randomOf } from './random.mjs';

const topics = Array.from({ length: 10 }, (_, index) => `kill.t${index}`);
const config = 'journal:\n  fsync: always\n';
const reconnect = { baseDelayMs: 5, maxDelayMs: 100, maxTries: 100_000 };
/**
 * Rounds that the reader may be behind. A client reports a gap after a minute without an answer (`offlineTimeoutMs`), or after 16 epochs, and a slow
 * machine would kill the broker again and again before it has answered. Nothing may be missing below these limits.
 */
const behindMaxCount = 4;
/** The reader has stopped getting messages after this time without one. */
const stuckMs = 60_000;
/** Publishes that wait for their reply at a time. */
const unansweredCount = 64;

/** Kills the broker in every round. Returns what was counted. */
export const kills = ({ roundCount, seed }) => disturbed({ roundCount, seed, kinds: ['kills'] });

/** Runs of some rounds, each with a broker of its own. In each round the broker is killed, stopped, or the reader is cut off, at random. */
export async function runs({ runCount, roundCount, seed }) {
  const total = { acknowledged: 0, received: 0, recovered: 0 };
  const kinds = ['kills', 'clean restarts', 'cuts'];
  for (let run = 0; run < runCount; run++) {
    try {
      const { counts } = await disturbed({ roundCount, seed: seed + run, kinds });
      for (const name of Object.keys(counts)) total[name] = (total[name] ?? 0) + counts[name];
    } catch (error) {
      error.message = `run ${run + 1} of ${runCount}, seed ${seed + run}: ${error.message}`;
      throw error;
    }
  }
  return { counts: { runs: runCount, ...total } };
}

/** What was counted, as text. */
export const shown = ({ counts }) =>
  Object.entries(counts)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ');

async function disturbed({ roundCount, seed, kinds }) {
  const random = randomOf(seed);
  const broker = await Broker.start({ config });
  const publisher = new Publisher(broker);
  const proxies = [await FaultProxy.to(broker.pubPort), await FaultProxy.to(broker.pubPort + 1)];
  const reader = new Reader(broker, proxies);
  const counts = Object.fromEntries(kinds.map((kind) => [kind, 0]));
  try {
    await broker.call('POST', '/api/namespaces', { name: 'market', history: true });
    await reader.start();
    await publisher.start();
    // A client finds what it has missed of a topic from the first message on that it had.
    await until(() => reader.topicCount === topics.length, 60_000, 'a message of every topic at the reader');
    const begins = [];
    for (let round = 0; round < roundCount; round++) {
      await until(() => publisher.isUp && reader.isUp, 60_000, 'both clients to be connected');
      await untilThrough(reader, publisher.acknowledged.slice(0, begins[round - behindMaxCount] ?? 0));
      const before = publisher.acknowledged.length;
      begins.push(before);
      await until(() => publisher.acknowledged.length > before + 10, 60_000, 'acknowledged messages');
      await pause(random() * 200);
      const what = kinds[Math.floor(random() * kinds.length)];
      counts[what] += 1;
      if (what === 'cuts') cutOff(proxies, random);
      else {
        await (what === 'kills' ? broker.kill() : broker.terminate());
        await broker.start();
      }
    }
    await publisher.stop();
    await untilThrough(reader, publisher.acknowledged);
    await broker.terminate();
    const stored = checkStored(join(broker.folder, 'journal'), publisher.acknowledged);
    reader.checkOrder();
    const { receivedCount: received, recoveredCount: recovered } = reader;
    return { counts: { ...counts, acknowledged: publisher.acknowledged.length, stored, received, recovered } };
  } finally {
    await publisher.close();
    await reader.close();
    for (const proxy of proxies) proxy.close();
    await broker.end();
  }
}

/** Resolves when the reader has everything that was acknowledged. Throws with what is missing when nothing comes any more. */
async function untilThrough(reader, acknowledged) {
  let [count, sinceMs] = [0, performance.now()];
  while (!reader.hasAll(acknowledged)) {
    if (reader.receivedCount > count) [count, sinceMs] = [reader.receivedCount, performance.now()];
    const missing = reader.missing(acknowledged);
    const gaps = reader.gaps.slice(-10).map((gap) => JSON.stringify(gap));
    const waitedMs = performance.now() - sinceMs;
    assert.ok(waitedMs < stuckMs, `${missing.length} are missing, such as ${missing.slice(0, 5)}; gaps: ${gaps}`);
    await pause(200);
  }
}

/** Ends the connections of the reader, at once or inside of a message that the broker sends. */
function cutOff(proxies, random) {
  const proxy = proxies[Math.floor(random() * proxies.length)];
  if (random() < 0.5) proxy.cut();
  else proxy.truncateAfter(Math.floor(random() * 5_000), 'toClient');
}

/** Publishes numbers, each once, and notes which of them were acknowledged. */
class Publisher {
  acknowledged = [];
  isUp = true;
  #client;
  #isStopping = false;
  #running = Promise.resolve();

  constructor({ options }) {
    this.#client = new PulseMQClient({ ...options, reconnect, inFlight: 'fail' });
    this.#client.on('disconnected', () => {
      this.isUp = false;
    });
    this.#client.on('reconnected', () => {
      this.isUp = true;
    });
  }

  async start() {
    await this.#client.connect();
    this.#running = this.#run();
  }

  async stop() {
    this.#isStopping = true;
    await this.#running;
  }

  close() {
    this.#isStopping = true;
    return this.#client.close();
  }

  async #run() {
    const unanswered = new Set();
    for (let number = 1; !this.#isStopping; number++) {
      const sent = this.#publish(number).finally(() => unanswered.delete(sent));
      unanswered.add(sent);
      if (unanswered.size >= unansweredCount) await Promise.race(unanswered);
    }
    await Promise.all(unanswered);
  }

  async #publish(number) {
    try {
      await this.#client.publish('market', topics[number % topics.length], `${number}`, { format: 'string' });
      this.acknowledged.push(number);
    } catch {
      // Not acknowledged: it may have arrived or not, and either is right.
    }
  }
}

/** Reads everything over all restarts, and lets its client fill the gaps. */
class Reader {
  isUp = true;
  receivedCount = 0;
  recoveredCount = 0;
  /** Those that the client has reported. One without a size follows each SIGKILL. */
  gaps = [];
  #client;
  #numbers = new Map(topics.map((topic) => [topic, []]));
  #seen = new Set();

  constructor({ options }, [pub, sub]) {
    this.#client = new PulseMQClient({ ...options, pubPort: pub.port, subPort: sub.port, reconnect });
    this.#client.on('gap', (gap) => this.gaps.push(gap));
    this.#client.on('disconnected', () => {
      this.isUp = false;
    });
    this.#client.on('reconnected', () => {
      this.isUp = true;
    });
  }

  async start() {
    await this.#client.connect();
    await this.#client.subscribe('market', '>', {
      onMessage: ({ topic, data, isRecovered }) => {
        this.#numbers.get(topic).push(Number(data));
        this.#seen.add(Number(data));
        this.receivedCount += 1;
        if (isRecovered) this.recoveredCount += 1;
      },
    });
  }

  get topicCount() {
    return [...this.#numbers.values()].filter(({ length }) => length > 0).length;
  }

  missing(numbers) {
    return numbers.filter((number) => !this.#seen.has(number));
  }

  hasAll(numbers) {
    return this.missing(numbers).length === 0;
  }

  checkOrder() {
    for (const [topic, numbers] of this.#numbers) {
      const sorted = [...new Set(numbers)].sort((a, b) => a - b);
      assert.deepEqual(numbers, sorted, `${topic} came twice or out of order`);
    }
  }

  close() {
    return this.#client.close();
  }
}

/** Returns how many messages the journal has. Throws when an acknowledged one is not among them, or when a block is damaged. */
function checkStored(folder, acknowledged) {
  const files = new ReadOnlyFiles(folder);
  for (const { segment, damages, indexProblem } of verify(files)) {
    assert.deepEqual({ segment, damages, indexProblem }, { segment, damages: [], indexProblem: null });
  }
  const stored = new Set();
  const journal = new JournalReader(files);
  const everything = { fromUs: 0, toUs: Number.MAX_SAFE_INTEGER, wants: () => true };
  for (const record of journal.scan(everything)) stored.add(Number(framesOf(record)[4].toString()));
  journal.close();
  const missing = acknowledged.filter((number) => !stored.has(number));
  assert.deepEqual(missing, [], `${missing.length} acknowledged messages are not stored`);
  return stored.size;
}
