import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AuthFailedError, ErrorCode, NotConnectedError, TimeoutError } from '@pulsemq/protocol';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Client } from '../src/core/client.js';
import type { ClientOptions } from '../src/core/client-options.js';
import { settingsOf } from '../src/core/options.js';
import type { Platform } from '../src/core/platform.js';
import { openWebSocketBy, type SocketLike, subprotocol } from '../src/core/web-socket.js';
import { PulseMQClient } from '../src/index.js';
import { nodePlatform } from '../src/transport/node-platform.js';
import { TestBroker } from './support/broker.js';

const soon = { baseDelayMs: 10, maxDelayMs: 50, maxTries: 1_000 };

const urlOf = ({ pubPort }: { pubPort: number }): string => `ws://127.0.0.1:${pubPort}/`;

/** A WebSocket as a browser has it: it cannot stop reading, nor end without asking. */
class BrowserSocket {
  readonly #socket: WebSocket;

  constructor(url: string) {
    this.#socket = new WebSocket(url, subprotocol, { perMessageDeflate: false });
  }

  set binaryType(type: string) {
    this.#socket.binaryType = type as 'arraybuffer';
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  send(bytes: Uint8Array): void {
    this.#socket.send(bytes);
  }

  close(): void {
    this.#socket.close();
  }

  addEventListener(type: 'open', listener: () => void): void {
    this.#socket.addEventListener(type, listener);
  }
}

/** Node with the WebSockets of a browser. */
const browserLike: Platform = {
  ...nodePlatform,
  hasTcp: false,
  openTransport: openWebSocketBy(({ url }) => new BrowserSocket(url) as unknown as SocketLike),
};

function clientOn(platform: Platform, options: Partial<ClientOptions>): Client {
  const client = new Client({ username: 'admin', token: 'x', ...options }, platform);
  onTestFinished(() => client.close());
  return client;
}

async function connectedOn(
  platform: Platform,
  broker: TestBroker,
  options: Partial<ClientOptions> = {},
): Promise<Client> {
  const client = clientOn(platform, { url: urlOf(broker), token: broker.token, ...options });
  await client.connect();
  return client;
}

/** A server that answers upgrades in its own way, or takes connections and does nothing. */
async function otherServer(answer: 'nothing' | 'http' | 'text'): Promise<{ pubPort: number }> {
  const server = createServer((_, response) => void response.writeHead(404).end());
  if (answer === 'nothing') server.on('upgrade', () => {});
  if (answer === 'text') {
    const sockets = new WebSocketServer({ server, handleProtocols: () => subprotocol });
    sockets.on('connection', (socket) => socket.send('good morning'));
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { pubPort: (server.address() as AddressInfo).port };
}

describe('a client on WebSockets', () => {
  test('that a browser has publishes, and receives messages of any size in their order', async () => {
    const broker = await TestBroker.start();
    const client = await connectedOn(browserLike, broker);
    const subscription = await client.subscribe('market', '>');
    const sizes = [0, 1, 65_536, 3_000_000, 5];
    await Promise.all(sizes.map((size) => client.publish('market', 'a', Buffer.alloc(size, size & 0xff))));
    for (const size of sizes) {
      const { payload, sequence } = (await subscription.receive())!;
      expect([payload.length, sequence]).toEqual([size, sizes.indexOf(size) + 1]);
      expect(Buffer.compare(payload, Buffer.alloc(size, size & 0xff))).toBe(0);
    }
  });

  test('waits without acknowledgement until what it has written has left', async () => {
    const broker = await TestBroker.start();
    const client = await connectedOn(browserLike, broker);
    const payload = Buffer.alloc(4_000_000);
    for (let count = 0; count < 8; count++) await client.publish('market', 'a', payload, { ack: false });
    await client.flush();
    expect(client.isConnected).toBe(true);
  });

  test('finds its subscriptions again after the broker was away', async () => {
    const broker = await TestBroker.start();
    const client = await connectedOn(browserLike, broker, { reconnect: soon });
    const subscription = await client.subscribe('market', 'a');
    await client.publish('market', 'a', 'before', { format: 'string' });
    expect((await subscription.receive())!.data).toBe('before');
    const reconnected = new Promise((resolve) => client.on('reconnected', resolve));
    await broker.restart();
    await reconnected;
    await client.publish('market', 'a', 'after', { format: 'string' });
    expect((await subscription.receive())!.data).toBe('after');
  });

  test('that is paused for long ends its connection with the value and the limit', async () => {
    const broker = await TestBroker.start();
    const writer = await broker.connected();
    const client = await connectedOn(browserLike, broker, { reconnect: soon });
    const lost = new Promise<Error>((resolve) => client.on('disconnected', ({ error }) => resolve(error)));
    await client.subscribe('market', 'a', { onFull: 'pause', queueLimit: 1 });
    const payload = Buffer.alloc(9_000_000);
    for (let count = 0; count < 6; count++) await writer.publish('market', 'a', payload);
    const error = await lost;
    expect(error).toMatchObject({ code: ErrorCode.limitReached });
    expect(error.message).toMatch(/^\d+ bytes wait for a subscription .* the limit is 33554432 bytes: .*onSlow/);
  });

  test('that is paused and goes on gets every message', async () => {
    const broker = await TestBroker.start();
    const writer = await broker.connected();
    const client = await connectedOn(browserLike, broker);
    const subscription = await client.subscribe('market', 'a', { onFull: 'pause', queueLimit: 2 });
    await writer.publishMany(
      'market',
      'a',
      Array.from({ length: 500 }, () => Buffer.alloc(1_000)),
    );
    for (let sequence = 1; sequence <= 500; sequence++) expect((await subscription.receive())!.sequence).toBe(sequence);
  });

  test('with a wrong token is refused as on TCP', async () => {
    const broker = await TestBroker.start();
    const client = clientOn(browserLike, { url: urlOf(broker) });
    await expect(client.connect()).rejects.toThrow(AuthFailedError);
  });
});

describe('a client of Node by URL', () => {
  test('stops reading while it is paused, and gets every message', async () => {
    const broker = await TestBroker.start();
    const writer = await broker.connected();
    const client = await connectedOn(nodePlatform, broker);
    const subscription = await client.subscribe('market', 'a', { onFull: 'pause', queueLimit: 1 });
    const sent = Promise.all(Array.from({ length: 8 }, () => writer.publish('market', 'a', Buffer.alloc(8_000_000))));
    for (let sequence = 1; sequence <= 8; sequence++) expect((await subscription.receive())!.sequence).toBe(sequence);
    await sent;
  });

  test('checks the certificate of wss, and takes authorities by the option tls', async () => {
    const broker = await TestBroker.start({}, 'wss');
    const { tls, ...others } = broker.optionsFor(broker);
    await expect(clientOn(nodePlatform, others).connect()).rejects.toThrow(/self.signed/i);
    const client = clientOn(nodePlatform, { ...others, ...(tls && { tls }) });
    await client.connect();
    expect(client.isConnected).toBe(true);
  });
});

describe('an attempt to connect', () => {
  test('to a server without WebSockets says what it answered', async () => {
    const client = new PulseMQClient({ url: urlOf(await otherServer('http')), username: 'a', token: 'b' });
    onTestFinished(() => client.close());
    await expect(client.connect()).rejects.toThrow(NotConnectedError);
  });

  test('in a browser names what its user can look at', async () => {
    const client = clientOn(browserLike, { url: urlOf(await otherServer('http')) });
    await expect(client.connect()).rejects.toThrow(/^cannot connect to ws:.*: .*404|allowed_origins/);
  });

  test('to a server that does not answer ends in time', async () => {
    const url = urlOf(await otherServer('nothing'));
    await expect(clientOn(browserLike, { url, connectTimeoutMs: 50 }).connect()).rejects.toThrow(TimeoutError);
  });

  test('ends with its signal', async () => {
    const url = urlOf(await otherServer('nothing'));
    const abort = new AbortController();
    const connected = clientOn(browserLike, { url }).connect({ signal: abort.signal });
    abort.abort();
    await expect(connected).rejects.toMatchObject({ code: ErrorCode.aborted });
  });

  test('to a server that sends text ends with the reason', async () => {
    const client = clientOn(browserLike, { url: urlOf(await otherServer('text')) });
    await expect(client.connect()).rejects.toThrow('it sent text, expected binary frames');
  });
});

describe('the option url', () => {
  const make = (options: Partial<ClientOptions>, hasTcp = true) =>
    settingsOf({ username: 'a', token: 'b', ...options }, hasTcp);

  test.each([
    ['ws://host:5555', 'ws://host:5555/', 'host', 5555],
    ['wss://host/', 'wss://host/', 'host', 443],
    ['ws://host/desk', 'ws://host/desk/', 'host', 80],
    ['wss://[::1]:5555/', 'wss://[::1]:5555/', '::1', 5555],
  ])('%s is taken', (url, whole, host, port) => {
    expect(make({ url }).servers).toEqual([{ host, pubPort: port, subPort: port, url: whole }]);
  });

  test.each(['http://host/', 'host:5555', 'ws://me:secret@host/', 'ws://host/?token=secret', 'ws://host/#secret'])(
    '%s is refused, without being shown',
    (url) => {
      expect(() => make({ url })).toThrow(/^url is not valid, expected ws:\/\/host:port\/ or wss/);
      expect(() => make({ servers: [url.includes(':/') ? url : `${url}://`] })).toThrow(
        /^an address of servers is not valid/,
      );
    },
  );

  test.each<[Partial<ClientOptions>, boolean, string]>([
    [{ url: 'ws://a/', host: 'b' }, true, 'give either url, or servers, or host, pubPort and subPort'],
    [{ url: 'ws://a/', tls: true }, true, 'tls is given together with an address ws://'],
    [{ servers: ['ws://a/', 'b:1'] }, true, 'servers has addresses by URL and others'],
    [{}, false, 'a browser needs the option url'],
    [{ host: 'a' }, false, 'a browser needs the option url'],
    [{ url: 'wss://a/', tls: { ca: 'x' } }, false, 'tls has options, but a browser checks certificates by itself'],
    [{ url: 'wss://a/', curve: { serverKey: 'x'.repeat(40) } }, false, 'curve is for TCP'],
  ])('options that do not fit: %j', (options, hasTcp, text) => {
    expect(() => make(options, hasTcp)).toThrow(text);
  });
});
