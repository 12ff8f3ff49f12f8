// Publishers and readers on all brokers while brokers, servers of NATS and PostgreSQL are killed, stopped and started again at random, and
// brokers are cut off from NATS. Each stream must arrive in order, each message once, and every loss must be reported.
import { setTimeout as pause } from 'node:timers/promises';
import { clientOf, eventually, namespace, untilJoined, untilWanted } from './cluster.mjs';
import { missing, StreamRecord } from './stream-record.mjs';

const topicsOfBroker = 5;
const sharedTopic = 'r.all.shared';

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Publishes to the topics of its broker, and to the shared one, until it is stopped. What fails while the broker is away is lost. */
class Source {
  publishedCount = 0;
  failedCount = 0;
  #isOver = false;
  #done;

  constructor(client, brokerIndex, random) {
    this.client = client;
    this.topics = Array.from({ length: topicsOfBroker }, (_, index) => `r.b${brokerIndex}.t${index}`);
    this.random = random;
    this.#done = this.#run();
  }

  async #run() {
    while (!this.#isOver) {
      const count = Math.floor(this.random() * 20);
      for (let index = 0; index < count; index++) {
        const topic = this.random() < 0.1 ? sharedTopic : this.topics[Math.floor(this.random() * topicsOfBroker)];
        this.#publish(topic, `m${this.publishedCount}`);
      }
      await pause(1 + this.random() * 10);
    }
  }

  #publish(topic, text) {
    this.publishedCount += 1;
    // While its broker is away a publish fails, or may have arrived: the readers say which.
    this.client.publish(namespace, topic, Buffer.from(text), { offlineTimeoutMs: 500 }).catch(() => {
      this.failedCount += 1;
    });
  }

  async stop() {
    this.#isOver = true;
    await this.#done;
  }

  /** One last message for each topic: after it every loss before it shows. */
  async finish(text) {
    for (const topic of [...this.topics, sharedTopic]) await this.client.publish(namespace, topic, Buffer.from(text));
  }
}

const strikes = {
  broker: async ({ brokers }, pick, wait) => {
    const broker = pick(brokers);
    await broker.kill();
    await wait();
    await broker.start();
  },
  stopBroker: async ({ brokers }, pick, wait) => {
    const { pid } = pick(brokers);
    process.kill(pid, 'SIGSTOP');
    await wait();
    process.kill(pid, 'SIGCONT');
  },
  server: async ({ servers }, pick, wait) => {
    const server = pick(servers);
    await server.kill();
    await wait();
    await server.start();
  },
  stopServer: async ({ servers }, pick, wait) => {
    const server = pick(servers);
    server.pause();
    await wait();
    server.resume();
  },
  allServers: async ({ servers }, _pick, wait) => {
    await Promise.all(servers.map((server) => server.kill()));
    await wait();
    await Promise.all(servers.map((server) => server.start()));
  },
  partition: async (fleet, pick, wait) => {
    const index = pick([...fleet.brokers.keys()]);
    fleet.part(index);
    await wait();
    fleet.heal(index);
  },
  postgres: async ({ postgres }, _pick, wait) => {
    await postgres.stop('SIGQUIT');
    await wait();
    await postgres.run();
  },
};

/** Kills are twice as frequent. */
const kindsOf = ({ postgres }) => [
  ...['broker', 'broker', 'server', 'server', 'stopServer', 'stopBroker', 'allServers', 'partition', 'partition'],
  ...(postgres === null ? [] : ['postgres', 'postgres']),
];

/** One thing that goes wrong, and its end. Returns what it was. */
async function strike(fleet, random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const kind = pick(kindsOf(fleet));
  const waitMs = 200 + random() * 2_000;
  await strikes[kind](fleet, pick, () => pause(waitMs));
  return kind;
}

async function readerOf(broker, name, settings) {
  const client = await clientOf(broker);
  const record = new StreamRecord(name, client);
  await client.subscribe(namespace, 'r.>', {
    ...settings,
    queueLimit: 1_000_000,
    onMessage: (message) => record.saw(message),
  });
  return { client, record };
}

/** Runs for `seconds`. Returns what was found, and throws when something is wrong. */
export async function random(fleet, { seconds, seed }) {
  const { brokers } = fleet;
  const chance = randomOf(seed);
  const readers = [];
  for (const [index, broker] of brokers.entries()) {
    readers.push({ home: index, ...(await readerOf(broker, `reader at ${index}`, {})) });
    readers.push({ home: index, ...(await readerOf(broker, `reader with snapshot at ${index}`, { snapshot: true })) });
  }
  await untilJoined(brokers);
  await untilWanted(brokers);
  const sources = [];
  for (const [index, broker] of brokers.entries()) {
    sources.push(new Source(await clientOf(broker), index, randomOf(seed + index + 1)));
  }
  const strikeCounts = {};
  const endMs = performance.now() + seconds * 1_000;
  while (performance.now() < endMs) {
    await pause(300 + chance() * 1_200);
    const kind = await strike(fleet, chance);
    strikeCounts[kind] = (strikeCounts[kind] ?? 0) + 1;
  }
  for (const source of sources) await source.stop();
  await untilJoined(brokers);
  await eventually('every client is connected', 20_000, () =>
    [...readers, ...sources].every(({ client }) => client.isConnected),
  );
  await untilWanted(brokers);
  const ends = sources.map((_, index) => `end ${seed} ${index}`);
  for (const [index, source] of sources.entries()) await source.finish(ends[index]);
  const isThrough = ({ record }) =>
    sources.every(({ topics }, index) => topics.every((topic) => record.hasNewest(topic, ends[index])));
  await eventually('the last message of every topic is everywhere', 20_000, () => readers.every(isThrough));
  const faults = check(readers, sources, ends);
  for (const { client } of [...readers, ...sources]) await client.close();
  const { droppedCount } = fleet;
  if (strikeCounts.partition > 0 && droppedCount === 0) faults.push('a partition has dropped no packet');
  if (faults.length > 0) throw new Error(`seed ${seed}: ${faults.length} faults:\n${faults.slice(0, 20).join('\n')}`);
  const published = sources.reduce((sum, source) => sum + source.publishedCount - source.failedCount, 0);
  const received = readers.reduce((sum, { record }) => sum + record.receivedCount, 0);
  const lost = readers.reduce((sum, { record }) => sum + record.lostCount, 0);
  return `seed ${seed}: ${published} published, ${received} received by ${readers.length} readers, ${lost} lost and reported; ${JSON.stringify(strikeCounts)}${droppedCount === null ? '' : `, ${droppedCount} packets dropped`}`;
}

function check(readers, sources, ends) {
  const faults = readers.flatMap(({ record }) => record.faults);
  for (const { record } of readers) {
    for (const { topics } of sources) for (const topic of topics) faults.push(...record.unreported(topic));
    for (const witness of readers) {
      if (witness.record === record) continue;
      // Streams whose end has come are those of brokers that live.
      const isAlive = ({ topic, newest }) => ends.some((end) => newest === end) && topic !== sharedTopic;
      faults.push(...missing(record, witness.record, isAlive));
    }
  }
  return faults;
}
