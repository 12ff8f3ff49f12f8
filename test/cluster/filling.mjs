// A reader gets what it missed from the journal of the broker that the messages were published on, also after NATS was away for a while.
import assert from 'node:assert/strict';
import { clientOf, eventually, untilJoined, untilWanted } from './cluster.mjs';

const namespace = 'kept';

/** Publishes to some topics, one message after the other, until it is stopped. What is acknowledged counts. */
class Source {
  /** The last number of each topic that was acknowledged. */
  acknowledged = new Map();
  #isOver = false;
  #done;

  constructor(client, topics) {
    this.client = client;
    for (const topic of topics) this.acknowledged.set(topic, 0);
    this.#done = this.#run();
  }

  async #run() {
    while (!this.#isOver) {
      for (const topic of this.acknowledged.keys()) await this.publish(topic);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  /** A message whose text is its number. One that fails is sent again under the same number. */
  async publish(topic) {
    const next = this.acknowledged.get(topic) + 1;
    try {
      await this.client.publish(namespace, topic, Buffer.from(String(next)));
      this.acknowledged.set(topic, next);
    } catch {
      // Its broker is away. It may have accepted the message, so a reader may see the number twice, under two sequences.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  get count() {
    return [...this.acknowledged.values()].reduce((sum, one) => sum + one, 0);
  }

  async stop() {
    this.#isOver = true;
    await this.#done;
    // What is missing at the end of a topic shows at the next message.
    for (const topic of this.acknowledged.keys()) await this.publish(topic);
  }
}

/** What a reader has got. */
class Reader {
  recoveredCount = 0;
  gaps = [];
  faults = [];
  #streams = new Map();
  #numbers = new Map();

  static async at(broker, name, options = {}) {
    const reader = new Reader();
    reader.name = name;
    reader.client = await clientOf(broker, options);
    reader.client.on('gap', (gap) => reader.gaps.push(gap));
    await reader.client.subscribe(namespace, '>', {
      queueLimit: 1_000_000,
      onMessage: (message) => reader.#saw(message),
    });
    return reader;
  }

  #saw({ topic, epoch, sequence, payload, isRecovered }) {
    if (isRecovered) this.recoveredCount += 1;
    const key = `${topic} ${epoch}`;
    const last = this.#streams.get(key);
    if (last !== undefined && sequence !== last + 1)
      this.faults.push(`${this.name}: ${key}: ${sequence} after ${last}`);
    this.#streams.set(key, sequence);
    const number = Number(Buffer.from(payload).toString());
    const known = this.#numbers.get(topic);
    if (known !== undefined && number > known + 1) this.faults.push(`${this.name}: ${topic}: ${number} after ${known}`);
    this.#numbers.set(topic, Math.max(number, known ?? 0));
  }

  last(topic) {
    return this.#numbers.get(topic) ?? 0;
  }
}

/** Every reader has everything that was acknowledged, in order, and no gap was reported. */
async function assertWhole(readers, sources) {
  const isThrough = (reader) =>
    sources.every(({ acknowledged }) => [...acknowledged].every(([topic, number]) => reader.last(topic) >= number));
  const behind = (reader) =>
    sources.flatMap(({ acknowledged }) =>
      [...acknowledged]
        .filter(([topic, number]) => reader.last(topic) < number)
        .map(([topic, number]) => `${reader.name}: ${topic} ends at ${reader.last(topic)}, not at ${number}`),
    );
  await eventually('the last message of every topic is everywhere', 20_000, () => readers.every(isThrough)).catch(
    (error) => {
      throw new Error(`${error.message}: ${readers.flatMap(behind).join('; ')}`);
    },
  );
  for (const reader of readers) {
    assert.deepEqual(reader.faults.slice(0, 5), [], 'in order, each once, none missing');
    assert.deepEqual(reader.gaps.slice(0, 5), [], 'nothing is reported as missing');
  }
}

const topicsOf = (name) => [1, 2, 3].map((index) => `${name}.t${index}`);

/** Readers at all brokers, and publishers at a and c. Everything flows when this resolves. */
async function scene(brokers, part) {
  const names = ['a', 'b', 'c'];
  const readers = [];
  for (const [index, broker] of brokers.entries()) readers.push(await Reader.at(broker, `reader at ${names[index]}`));
  await untilWanted(brokers);
  const sources = [];
  for (const index of [0, 2]) {
    sources.push(new Source(await clientOf(brokers[index]), topicsOf(`${part}.${names[index]}`)));
  }
  const topics = sources.flatMap(({ acknowledged }) => [...acknowledged.keys()]);
  await eventually('every topic flows', 5_000, () =>
    readers.every((reader) => topics.every((one) => reader.last(one))),
  );
  return {
    readers,
    sources,
    end: async () => {
      for (const source of sources) await source.stop();
      await assertWhole(readers, sources);
      const published = sources.reduce((sum, { count }) => sum + count, 0);
      const recovered = readers.map(({ recoveredCount }) => recoveredCount);
      for (const { client } of [...readers, ...sources]) await client.close();
      return { published, recovered };
    },
  };
}

const shown = ({ published, recovered }) =>
  `${published} published, each received by 3 readers; recovered: ${recovered.join(', ')}`;

/** Publishes a while: `count` more messages are acknowledged. */
const flow = (sources, count) => {
  const wanted = sources.map((source) => source.count + count);
  return eventually('messages are published', 20_000, () =>
    sources.every((source, index) => source.count >= wanted[index]),
  );
};

/** All servers of NATS are killed under load, three times. Local messages go on, and remote ones are filled in from their broker's journal. */
async function natsAway(brokers, servers) {
  const { readers, sources, end } = await scene(brokers, 'away');
  for (let round = 0; round < 3; round++) {
    await Promise.all(servers.map((server) => server.kill()));
    await flow(sources, 300);
    await Promise.all(servers.map((server) => server.start()));
    await untilJoined(brokers);
    await flow(sources, 100);
  }
  const found = await end();
  assert.ok(readers[1].recoveredCount > 900, 'the reader without a publisher of its own has recovered messages');
  return shown(found);
}

/** One server of three is killed, or hangs, and comes back, one after the other. */
async function oneServer(brokers, servers) {
  const { sources, end } = await scene(brokers, 'one');
  for (const server of servers) {
    await server.kill();
    await flow(sources, 150);
    await server.start();
    server.pause();
    await flow(sources, 150);
    server.resume();
    await untilJoined(brokers);
  }
  return shown(await end());
}

/** The readers' broker is stopped in order, then killed. Its reader misses what is published elsewhere meanwhile. */
async function readersBroker(brokers) {
  const { sources, end } = await scene(brokers, 'reader');
  const b = brokers[1];
  for (const stop of ['terminate', 'kill']) {
    await b[stop]();
    await flow(sources, 200);
    await b.start();
    await untilJoined(brokers);
    await flow(sources, 50);
  }
  return shown(await end());
}

/** The publishers' broker is stopped in order, and goes on where it was. */
async function publishersBroker(brokers) {
  const { sources, end } = await scene(brokers, 'origin');
  const { code } = await brokers[0].terminate();
  assert.equal(code, 0);
  await flow([sources[1]], 100);
  await brokers[0].start();
  await untilJoined(brokers);
  await flow(sources, 100);
  return shown(await end());
}

/** `brokers` and `servers` are three each. */
export async function filling(brokers, servers) {
  for (const broker of brokers)
    await broker.call('POST', '/api/namespaces', { name: namespace, history: true, keep_last_value: true });
  for (const [name, part] of Object.entries({ natsAway, oneServer, readersBroker, publishersBroker })) {
    console.log(`  ${name}: ${await part(brokers, servers)}`);
  }
  return 'what was missed came from the journals of its brokers';
}
