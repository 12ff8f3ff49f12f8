// Clients that stay for the whole run: publishers, readers, and readers that stall now and then.
import { PulseMQClient } from '@pulsemq/client';

const topicCount = 100;
const everyMs = 20;
/** Messages that one publisher sends every 20 ms. */
const burstCount = 4;
const largeBytes = 200_000;
const largeEveryCount = 100;

const report = (error) => process.stderr.write(`soak: ${error.message}\n`);

/** A client that must not lose its connection: that would be a fault of the broker. */
export async function openClient(broker, account, faults) {
  const client = new PulseMQClient({ ...broker.options, ...account, reconnect: false });
  client.on('error', report);
  client.on('disconnected', ({ error }) => faults.push(`${account.username} lost its connection: ${error.message}`));
  await client.connect();
  return client;
}

/** Publishes until it is stopped, and counts what was acknowledged. */
export class SteadyPublisher {
  ackedCount = 0;
  #client;
  #name;
  #timer = null;
  #sentCount = 0;
  #pending = new Set();
  #faults;

  constructor(client, name, faults) {
    this.#client = client;
    this.#name = name;
    this.#faults = faults;
  }

  start() {
    this.#timer = setInterval(() => this.#burst(), everyMs);
  }

  /** Resolves when everything that was sent is acknowledged. */
  async stop() {
    clearInterval(this.#timer);
    await Promise.all(this.#pending);
    await this.#client.close();
  }

  #burst() {
    for (let index = 0; index < burstCount; index++) this.#publish();
  }

  #publish() {
    const count = this.#sentCount++;
    const payload = Buffer.alloc(count % largeEveryCount === 0 ? largeBytes : 100);
    payload.writeDoubleBE(performance.now(), 0);
    const publish = this.#client.publish('soak', `${this.#name}.t${count % topicCount}`, payload).then(
      () => {
        this.ackedCount += 1;
      },
      (error) => {
        this.#faults.push(`a publish failed: ${error.message}`);
      },
    );
    this.#pending.add(publish);
    publish.finally(() => this.#pending.delete(publish));
  }
}

/** Reads everything that matches; what is missing is counted from the gaps that the client reports. */
export class SteadyReader {
  receivedCount = 0;
  missedCount = 0;
  username;
  #client;

  constructor(client, username, faults) {
    this.#client = client;
    this.username = username;
    client.on('gap', ({ topic, epochChanged, missedCount }) => {
      if (epochChanged) faults.push(`${username}: ${topic} began again`);
      else this.missedCount += missedCount;
    });
  }

  async start(pattern, latencies) {
    const onMessage = (message) => {
      this.receivedCount += 1;
      latencies?.add(performance.now() - message.payload.readDoubleBE(0));
    };
    await this.#client.subscribe('soak', pattern, { onMessage });
  }

  close() {
    return this.#client.close();
  }
}

/** Reads for a while and then not at all, in turn, so that the broker has to drop. */
export class StallingReader extends SteadyReader {
  #reading;
  #isStalled = false;
  #resume = () => {};
  #subscriber;

  constructor(client, username, faults) {
    super(client, username, faults);
    this.#subscriber = client;
  }

  async start(pattern) {
    const subscription = await this.#subscriber.subscribe('soak', pattern, { queueLimit: 64, onFull: 'pause' });
    this.#reading = this.#read(subscription);
  }

  async #read(subscription) {
    for await (const _ of subscription) {
      this.receivedCount += 1;
      if (this.#isStalled)
        await new Promise((resolve) => {
          this.#resume = resolve;
        });
    }
  }

  toggle() {
    this.#isStalled = !this.#isStalled;
    if (!this.#isStalled) this.#resume();
  }

  /** Reads without stalls from now on. */
  wake() {
    if (this.#isStalled) this.toggle();
  }

  async close() {
    await super.close();
    await this.#reading;
  }
}
