// Clients that come, go and die, and peers that are none.
import { once } from 'node:events';
import { connect } from 'node:net';
import { PulseMQClient, PulseMQError } from '@pulsemq/client';
import { FaultProxy } from '../faults/proxy.mjs';

const comeEveryMs = 250;
const stayMs = 1_500;
const junk = [
  Buffer.from('GET / HTTP/1.1\r\n\r\n'),
  Buffer.from([0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3]),
  Buffer.alloc(64, 0x16),
  Buffer.alloc(0),
];

export class Passing {
  count = 0;
  #broker;
  #account;
  #proxies = [];
  #timer = null;
  #visits = new Set();

  constructor(broker, account) {
    this.#broker = broker;
    this.#account = account;
  }

  async open() {
    const { pubPort } = this.#broker.options;
    this.#proxies = [await FaultProxy.to(pubPort), await FaultProxy.to(pubPort + 1)];
  }

  start() {
    this.#timer = setInterval(() => {
      const visit = this.#visit(this.count++).catch((error) =>
        process.stderr.write(`soak: a passing client: ${error.message}\n`),
      );
      this.#visits.add(visit);
      visit.finally(() => this.#visits.delete(visit));
    }, comeEveryMs);
  }

  /** Lets no more visitors come. Resolves when the last one has gone. */
  async pause() {
    clearInterval(this.#timer);
    await Promise.all(this.#visits);
  }

  close() {
    for (const proxy of this.#proxies) proxy.close();
  }

  #visit(count) {
    const kind = count % 4;
    if (kind === 0) return this.#die();
    if (kind === 1) return this.#junk(junk[(count >> 2) % junk.length]);
    if (kind === 2) return this.#refused();
    return this.#comeAndGo();
  }

  #client(more) {
    const client = new PulseMQClient({ ...this.#broker.options, ...this.#account, reconnect: false, ...more });
    client.on('error', () => {});
    return client;
  }

  async #comeAndGo() {
    const client = this.#client({});
    await client.connect();
    await client.subscribe('soak', '*.t1', { onMessage() {} });
    await new Promise((resolve) => setTimeout(resolve, stayMs));
    await client.close();
  }

  /** Its connections are reset while messages come. */
  async #die() {
    const [pub, sub] = this.#proxies;
    const client = this.#client({ pubPort: pub.port, subPort: sub.port });
    // Another visitor that dies cuts this one, too, at any moment.
    const lost = new Promise((resolve) => client.on('disconnected', resolve));
    try {
      await client.connect();
      await client.subscribe('soak', '>', { onMessage() {} });
      pub.cut();
      sub.cut();
      await lost;
    } catch (error) {
      if (!(error instanceof PulseMQError)) throw error;
    }
    await client.close();
  }

  async #refused() {
    const client = this.#client({ token: 'wrong' });
    await client.connect().then(
      () => process.stderr.write('soak: a wrong token was accepted\n'),
      () => {},
    );
    await client.close();
  }

  /** Sends bytes that are no ZMTP, or the beginning of it, and resets the connection after a while. */
  async #junk(bytes) {
    const socket = connect(this.#broker.pubPort + (bytes.length % 2), '127.0.0.1');
    socket.on('error', () => {});
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
    socket.write(bytes);
    await new Promise((resolve) => setTimeout(resolve, stayMs));
    socket.resetAndDestroy();
  }
}
