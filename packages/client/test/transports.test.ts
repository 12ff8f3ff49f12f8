import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { NotConnectedError } from '@pulsemq/protocol';
import { curveKeyZ85 } from '@pulsemq/zmtp';
import { openLibsodium } from '@pulsemq/zmtp/libsodium';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import * as zmq from 'zeromq';
import { selfSigned } from '../../broker/test/encryption/certificates.js';
import { PulseMQClient } from '../src/index.js';
import { TestBroker } from './support/broker.js';
import type { TransportName } from './support/transports.js';

const encrypted: TransportName[] = ['tls', 'curve'];

/** One broker for each transport: the tests change nothing that others see. */
const brokers = new Map<TransportName, TestBroker>();

beforeAll(async () => {
  for (const name of ['tcp', ...encrypted] as const) brokers.set(name, await TestBroker.open({}, name));
});

afterAll(async () => {
  for (const broker of brokers.values()) await broker.close();
});

/** A proxy that keeps everything that goes through it, and may change what a client sends. */
async function recordingProxy(target: number, change: (chunk: Buffer, count: number) => Buffer = (chunk) => chunk) {
  const recorded: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    let count = 0;
    for (const socket of [near, far]) sockets.add(socket.on('error', () => {}));
    near.on('data', (chunk) => {
      recorded.push(Buffer.from(chunk));
      far.write(change(chunk, count++));
    });
    far.on('data', (chunk) => {
      recorded.push(Buffer.from(chunk));
      near.write(chunk);
    });
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return { port, recording: () => Buffer.concat(recorded) };
}

const secret = 'a payload that only its reader may see';

/** Connects through proxies, sends and receives one message, and returns all bytes that passed. */
async function capture(broker: TestBroker): Promise<Buffer> {
  const [pub, sub] = [await recordingProxy(broker.pubPort), await recordingProxy(broker.subPort)];
  const client = await broker.connected({ pubPort: pub.port, subPort: sub.port });
  const subscription = await client.subscribe('market', 'secret_topic');
  await client.publish('market', 'secret_topic', secret, { format: 'string' });
  expect((await subscription.receive())!.data).toBe(secret);
  return Buffer.concat([pub.recording(), sub.recording()]);
}

describe('a capture of a session', () => {
  test('in clear text shows token, topic and payload: the capture works', async () => {
    const broker = brokers.get('tcp')!;
    const bytes = await capture(broker);
    for (const text of [broker.token, 'secret_topic', secret]) expect(bytes.includes(text)).toBe(true);
  });

  test.each(encrypted)('over %s shows none of them, nor the username', async (transport) => {
    const broker = brokers.get(transport)!;
    const bytes = await capture(broker);
    for (const text of [broker.token, 'secret_topic', secret, 'admin', 'market']) {
      expect(bytes.includes(text)).toBe(false);
    }
  });
});

describe.each(encrypted)('over %s', (transport) => {
  test('a byte that is changed on its way ends the connection', async () => {
    const broker = brokers.get(transport)!;
    let isChanging = false;
    const proxy = await recordingProxy(broker.pubPort, (chunk) => {
      if (isChanging) chunk[chunk.length - 1]! ^= 1;
      return chunk;
    });
    const client = await broker.connected({ pubPort: proxy.port, reconnect: false });
    await client.publish('market', 'a', 'x', { format: 'string' });
    isChanging = true;
    await expect(client.publish('market', 'a', 'x', { format: 'string' })).rejects.toThrow(NotConnectedError);
  });

  test('bytes that are sent a second time end the connection', async () => {
    const broker = brokers.get(transport)!;
    let isDoubling = false;
    const proxy = await recordingProxy(broker.pubPort, (chunk) => (isDoubling ? Buffer.concat([chunk, chunk]) : chunk));
    const client = await broker.connected({ pubPort: proxy.port, reconnect: false });
    isDoubling = true;
    const lost = new Promise((resolve) => client.on('disconnected', resolve));
    await Promise.allSettled([client.publish('market', 'a', 'x', { format: 'string' })]);
    await lost;
  });

  test('a client in clear text is refused before it sends its token', async () => {
    const broker = brokers.get(transport)!;
    const proxy = await recordingProxy(broker.pubPort);
    const client = new PulseMQClient({
      host: '127.0.0.1',
      pubPort: proxy.port,
      username: 'admin',
      token: broker.token,
      reconnect: false,
    });
    onTestFinished(() => client.close());
    await expect(client.connect()).rejects.toThrow(NotConnectedError);
    expect(proxy.recording().includes(broker.token)).toBe(false);
  });
});

describe('a client refuses', () => {
  test('a broker with another CURVE key, and says which option to look at', async () => {
    const broker = brokers.get('curve')!;
    const serverKey = curveKeyZ85((await openLibsodium()).makeKeyPair().publicKey);
    const client = broker.client({ curve: { serverKey }, reconnect: false });
    await expect(client.connect()).rejects.toThrow(/curve\.serverKey/);
  });

  test('a broker with a certificate that it does not trust', async () => {
    const broker = brokers.get('tls')!;
    await expect(broker.client({ tls: true, reconnect: false }).connect()).rejects.toThrow(/SELF_SIGNED/);
    const other = (await selfSigned()).cert;
    await expect(broker.client({ tls: { ca: other }, reconnect: false }).connect()).rejects.toThrow(NotConnectedError);
    await expect(broker.client({ tls: { ca: other }, reconnect: false }).connect()).rejects.toThrow('as tls.ca');
  });

  test('certificates and keys that cannot be used, at once and by the names of the options', async () => {
    const broker = brokers.get('tls')!;
    const [{ cert }, { key }] = [await selfSigned(), await selfSigned()];
    const connecting = (tls: object) => broker.client({ tls, reconnect: { fromStart: true } }).connect();
    const code = 'PMQ_BAD_OPTION';
    await expect(connecting({ cert, key })).rejects.toMatchObject({
      code,
      message: expect.stringContaining('tls.key'),
    });
    await expect(connecting({ ca: 'x' })).rejects.toMatchObject({ code, message: expect.stringMatching(/^tls\.ca /) });
  });

  test('a broker that has no CURVE', async () => {
    const broker = brokers.get('tcp')!;
    const serverKey = curveKeyZ85((await openLibsodium()).makeKeyPair().publicKey);
    const client = broker.client({ curve: { serverKey }, reconnect: false });
    await expect(client.connect()).rejects.toThrow(/mechanism NULL/);
  });

  test.each([
    [{ curve: { serverKey: 'short' } }, /^curve\.serverKey has 5 characters/],
    [{ curve: { serverKey: 'x'.repeat(40), publicKey: 'y'.repeat(40) } }, /^curve\.publicKey needs curve\.secretKey/],
    [{ tls: true, curve: { serverKey: 'x'.repeat(40) } }, /^tls and curve are both given/],
    [{ tls: { cert: 'x' } }, /^tls\.cert and tls\.key belong together/],
  ])('options that do not fit: %j', (options, text) => {
    expect(() => new PulseMQClient({ username: 'a', token: 'b', ...options })).toThrow(text);
  });
});

test('our client and a ROUTER of libzmq with CURVE understand each other', async () => {
  const crypto = await openLibsodium();
  const keys = crypto.makeKeyPair();
  const router = new zmq.Router({ linger: 0, curveServer: true, curveSecretKey: curveKeyZ85(keys.secretKey) });
  onTestFinished(() => router.close());
  await router.bind('tcp://127.0.0.1:*');
  const pubPort = Number(router.lastEndpoint!.split(':').at(-1));
  const client = new PulseMQClient({
    host: '127.0.0.1',
    pubPort,
    username: 'admin',
    token: 'a token',
    curve: { serverKey: curveKeyZ85(keys.publicKey) },
    reconnect: false,
  });
  onTestFinished(() => client.close());
  const connected = client.connect();
  const [identity, header, namespace, topic, username, payload] = await router.receive();
  expect(JSON.parse(payload!.toString())).toMatchObject({ username: 'admin', token: 'a token' });
  const reply = Buffer.from(header!);
  reply[1] = 6;
  const body = Buffer.from(JSON.stringify({ status: 'AUTH_OK', user_id: 1 }));
  reply.writeUInt32BE(body.length, 4);
  await router.send([identity!, reply, namespace!, topic!, username!, body, '']);
  await connected;
  expect(client.isConnected).toBe(true);
});
