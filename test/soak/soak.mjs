// A broker under mixed load and the clients around it: starts them, takes the sample of each minute, compares the counters at the end.
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../resilience/wait.mjs';
import { Accounts } from './accounts.mjs';
import { descriptorCount } from './broker-memory.mjs';
import { Latencies } from './latencies.mjs';
import { Passing } from './passing.mjs';
import { openClient, StallingReader, SteadyPublisher, SteadyReader } from './steady.mjs';
import { lastToSecondQuarter, slopePerHour } from './trend.mjs';

const minuteMs = 60_000;
const stallEveryMs = 20_000;
const readEveryMs = 20_000;
const memoryRatioMax = 1.03;
const publisherCount = 3;
const readers = { all: '>', one: 'p0.>', level: '*.t7' };
const stallingCount = 2;

const mebibytes = (bytes) => (bytes / 1_048_576).toFixed(1);

async function userOf(broker, username) {
  const { token } = await broker.call('POST', '/api/users', { username, user_type: 'mq_super' });
  return { username, token };
}

export class Soak {
  faults = [];
  samples = [];
  #broker;
  #memory;
  #latencies = new Latencies();
  #accounts;
  #publishers = [];
  #readers = [];
  #stalling = [];
  #passing;
  #timers = [];
  #lastSum = -1;
  #quietSinceMs = 0;

  constructor(broker, memory) {
    this.#broker = broker;
    this.#memory = memory;
    this.#accounts = new Accounts(broker);
  }

  async start() {
    await this.#broker.call('POST', '/api/namespaces', { name: 'soak' });
    for (const [name, pattern] of Object.entries(readers)) {
      const reader = await this.#open(SteadyReader, `reader_${name}`);
      await reader.start(pattern, name === 'all' ? this.#latencies : undefined);
      this.#readers.push(reader);
    }
    for (let index = 0; index < stallingCount; index++) {
      const reader = await this.#open(StallingReader, `stalling_${index}`);
      await reader.start('>');
      this.#stalling.push(reader);
    }
    for (let index = 0; index < publisherCount; index++) {
      const account = await userOf(this.#broker, `publisher_${index}`);
      this.#publishers.push(
        new SteadyPublisher(await openClient(this.#broker, account, this.faults), `p${index}`, this.faults),
      );
    }
    this.#passing = new Passing(this.#broker, await userOf(this.#broker, 'passing'));
    await this.#passing.open();
    for (const publisher of this.#publishers) publisher.start();
    this.#passing.start();
    this.#every(stallEveryMs, () => {
      for (const reader of this.#stalling) reader.toggle();
    });
    this.#every(readEveryMs, () => this.#accounts.read());
  }

  /** One minute of load, and its sample. No client comes or goes while it is taken. */
  async minute(number) {
    await pause(minuteMs);
    await this.#passing.pause();
    const { liveBytes, rssBytes } = await this.#memory.collect();
    const sample = { liveBytes, rssBytes, descriptors: descriptorCount(this.#broker.pid), ...this.#latencies.take() };
    this.samples.push(sample);
    const { p50Ms, p99Ms, descriptors } = sample;
    console.log(
      `minute ${number}: live ${mebibytes(liveBytes)} MiB, RSS ${mebibytes(rssBytes)} MiB, ${descriptors} descriptors, P50 ${p50Ms.toFixed(2)} ms, P99 ${p99Ms.toFixed(2)} ms, ${this.#passing.count} passed by`,
    );
    this.#passing.start();
  }

  /** Stops the load, lets everything arrive, and compares all counters. */
  async finish() {
    await this.#passing.pause();
    for (const timer of this.#timers) clearInterval(timer);
    for (const reader of this.#stalling) reader.wake();
    await Promise.all(this.#publishers.map((publisher) => publisher.stop()));
    const published = this.#publishers.reduce((sum, { ackedCount }) => sum + ackedCount, 0);
    await this.#settled(published);
    await this.#compare(published);
  }

  async close() {
    for (const timer of this.#timers) clearInterval(timer);
    for (const reader of this.#stalling) reader.wake();
    await Promise.all([...this.#readers, ...this.#stalling].map((reader) => reader.close()));
    this.#passing?.close();
  }

  async #open(Kind, username) {
    const account = await userOf(this.#broker, username);
    return new Kind(await openClient(this.#broker, account, this.faults), username, this.faults);
  }

  #every(ms, work) {
    this.#timers.push(setInterval(() => Promise.resolve(work()).catch((error) => this.faults.push(error.message)), ms));
  }

  /** Everything has arrived or is reported missing, and the broker's second is over. */
  async #settled(published) {
    const [all] = this.#readers;
    const whole = [all, ...this.#stalling];
    await until(
      () => whole.every((one) => one.receivedCount + one.missedCount >= published) || this.#isQuiet(),
      30_000,
      'everything that was published',
    );
    await pause(2_500);
    await this.#accounts.read();
  }

  /** Nothing has arrived for a while: a loss of the last messages of a topic shows nowhere but in the sums. */
  #isQuiet() {
    const sum = [...this.#readers, ...this.#stalling].reduce((total, { receivedCount }) => total + receivedCount, 0);
    const nowMs = performance.now();
    if (sum !== this.#lastSum) {
      this.#lastSum = sum;
      this.#quietSinceMs = nowMs;
    }
    return nowMs - this.#quietSinceMs > 5_000;
  }

  async #compare(published) {
    const system = await this.#broker.call('GET', '/api/stats/system');
    const totals = this.#accounts.totals();
    this.#equal('published: acknowledged to the clients, counted by the broker', published, system.msg_total);
    this.#equal('published: of all connections, of the broker', totals.published, system.msg_total);
    this.#equal('delivered: of all connections, of the broker', totals.delivered, system.delivered_total);
    this.#equal('dropped: of all connections, of the broker', totals.dropped, system.dropped_total);
    for (const reader of [...this.#readers, ...this.#stalling]) {
      const { delivered, dropped } = this.#accounts.of(reader.username);
      this.#equal(`${reader.username}: delivered by the broker, received`, delivered, reader.receivedCount);
      this.#equal(`${reader.username}: dropped by the broker, reported missing`, dropped, reader.missedCount);
    }
    const [all] = this.#readers;
    for (const reader of [all, ...this.#stalling]) {
      this.#equal(
        `${reader.username}: published, received and missing`,
        published,
        reader.receivedCount + reader.missedCount,
      );
    }
    console.log(`${this.#accounts.count} connections in the broker's report`);
  }

  #equal(what, left, right) {
    console.log(`${what}: ${left}, ${right}`);
    if (left !== right) this.faults.push(`${what}: ${left} is not ${right}`);
  }

  /** Prints slopes and judges memory and descriptors. */
  judge() {
    const of = (name) => this.samples.map((sample) => sample[name]);
    for (const [name, unit, scale] of [
      ['liveBytes', 'MiB', 1_048_576],
      ['rssBytes', 'MiB', 1_048_576],
      ['descriptors', '', 1],
      ['p50Ms', 'ms', 1],
    ]) {
      console.log(`${name}: ${(slopePerHour(of(name)) / scale).toFixed(2)} ${unit} an hour`);
    }
    for (const name of ['liveBytes', 'rssBytes']) {
      const ratio = lastToSecondQuarter(of(name));
      console.log(`${name}: the last quarter is ${ratio.toFixed(3)} of the second`);
      if (ratio > memoryRatioMax) this.faults.push(`${name}: ${ratio.toFixed(3)} is above ${memoryRatioMax}`);
    }
    const descriptors = lastToSecondQuarter(of('descriptors'));
    if (descriptors > 1) this.faults.push(`descriptors grew: ${of('descriptors').join(', ')}`);
  }
}
