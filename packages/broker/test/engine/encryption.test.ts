import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { MessageType, messageFrames } from '@pulsemq/protocol';
import { curveKeyHex, curveKeyZ85 } from '@pulsemq/zmtp';
import { openLibsodium } from '@pulsemq/zmtp/libsodium';
import { describe, expect, onTestFinished, test } from 'vitest';
import * as zmq from 'zeromq';
import { Encryption } from '../../src/engine/net/encryption.js';
import { LimitReport } from '../../src/limit-report.js';
import type { EngineEncryption } from '../../src/port-encryption.js';
import { limitNames } from '../../src/port-limits.js';
import { clientCertificate, fingerprintOf, selfSigned } from '../encryption/certificates.js';
import { startEngine, testEntitlements, ticketSubscription, tokenOf } from './engine-fixture.js';
import { WirePeer } from './wire-peer.js';

const crypto = await openLibsodium();
const brokerKeys = crypto.makeKeyPair();
const clientKeys = crypto.makeKeyPair();
const tls = { ...(await selfSigned()), clientCa: null };

const encryption = (more: Partial<EngineEncryption>): { encryption: EngineEncryption } => ({
  encryption: { mode: 'optional', curve: null, tls: null, ...more },
});
const curve = encryption({ curve: brokerKeys });

/** Options of libzmq for a client of the broker. */
const libzmqKeys = (keys = clientKeys) => ({
  linger: 0,
  curveServerKey: curveKeyZ85(brokerKeys.publicKey),
  curvePublicKey: curveKeyZ85(keys.publicKey),
  curveSecretKey: curveKeyZ85(keys.secretKey),
});

function closing<Kind extends { close(): void }>(socket: Kind): Kind {
  onTestFinished(() => socket.close());
  return socket;
}

const auth = (username: string, token?: string) => ({
  type: MessageType.auth,
  payload: Buffer.from(JSON.stringify({ username, ...(token !== undefined && { token }) })),
});
const pub = (topic: string, payload: string | Buffer) => ({
  type: MessageType.pub,
  namespace: 'market',
  topic,
  payload: Buffer.from(payload),
});

/** Sends a request over a DEALER of libzmq and returns the body of its reply. */
async function ask(dealer: zmq.Dealer, request: Parameters<typeof messageFrames>[0]): Promise<Record<string, unknown>> {
  await dealer.send(messageFrames(request).map((frame) => Buffer.from(frame)));
  const reply = await dealer.receive();
  return JSON.parse(reply[4]!.toString() || '{}');
}

function dealerTo(port: number, keys = clientKeys): zmq.Dealer {
  const dealer = closing(new zmq.Dealer(libzmqKeys(keys)));
  dealer.connect(`tcp://127.0.0.1:${port}`);
  return dealer;
}

function subTo(port: number, keys = clientKeys): zmq.Subscriber {
  const sub = closing(new zmq.Subscriber(libzmqKeys(keys)));
  sub.connect(`tcp://127.0.0.1:${port}`);
  return sub;
}

describe('CURVE', () => {
  test('libzmq logs in, publishes, and receives by ticket', async () => {
    const running = await startEngine(curve);
    const publisher = dealerTo(running.pubPort);
    expect(await ask(publisher, auth('publisher', tokenOf('publisher')))).toMatchObject({ status: 'AUTH_OK' });
    const reader = dealerTo(running.pubPort);
    const { ticket } = await ask(reader, auth('reader', tokenOf('reader')));
    const sub = subTo(running.subPort);
    sub.subscribe(ticketSubscription(ticket as string));
    sub.subscribe('market:');
    await sub.receive();
    await ask(reader, { type: MessageType.sub, namespace: 'market', topic: '>' });
    const payloads = ['small', 'x'.repeat(70_000), 'y'.repeat(3_000_000)];
    for (const payload of payloads) {
      expect(await ask(publisher, pub('a', payload))).toEqual({ status: 'PUB_OK' });
      expect((await sub.receive())[5]!.toString()).toBe(payload);
    }
    expect((await running.event('sessionOpened')).client).toBe('ZMTP 3.1 DEALER CURVE');
  });

  test('and clear text work on the same port', async () => {
    const running = await startEngine(curve);
    const plain = await running.session('reader');
    const reader = await running.bound(plain.ticket);
    await plain.request({ type: MessageType.sub, namespace: 'market', topic: '>' });
    const publisher = dealerTo(running.pubPort);
    await ask(publisher, auth('publisher', tokenOf('publisher')));
    await ask(publisher, pub('a', 'from an encrypted one'));
    expect(Buffer.from((await reader.delivery()).payload).toString()).toBe('from an encrypted one');
    const clear = closing(new zmq.Dealer({ linger: 0 }));
    clear.connect(`tcp://127.0.0.1:${running.pubPort}`);
    expect(await ask(clear, auth('reader', tokenOf('reader')))).toMatchObject({ status: 'AUTH_OK' });
  });

  test('a bound key logs in without a token, as its own user only; a removed one ends the session', async () => {
    const key = `curve:${curveKeyHex(clientKeys.publicKey)}`;
    const running = await startEngine(curve, { ...testEntitlements, userKeys: [{ userId: 2, key }] });
    const dealer = dealerTo(running.pubPort);
    expect(await ask(dealer, auth('publisher'))).toMatchObject({ status: 'AUTH_OK', user_id: 2 });
    expect(await ask(dealer, auth('reader'))).toMatchObject({ error_code: 1 });
    expect(await ask(dealer, auth('publisher', 'a wrong token'))).toMatchObject({ error_code: 1 });
    const stranger = dealerTo(running.pubPort, crypto.makeKeyPair());
    expect(await ask(stranger, auth('publisher'))).toMatchObject({ error_code: 1 });
    running.engine.command({ kind: 'userKeyRemoved', key });
    expect((await running.event('sessionClosed')).reason).toBe('the key was removed');
  });

  test('a subscriber with a bound key gets by prefix what its user may read, without a session', async () => {
    const key = `curve:${curveKeyHex(clientKeys.publicKey)}`;
    const running = await startEngine(
      { ...curve, legacySubscribers: false },
      { ...testEntitlements, userKeys: [{ userId: 3, key }] },
    );
    const publisher = await running.session('publisher');
    const sub = subTo(running.subPort);
    sub.subscribe('market:');
    expect(await running.event('subscriberOpened')).toMatchObject({ subscriberKind: 'plain', userId: 3 });
    const stranger = subTo(running.subPort, crypto.makeKeyPair());
    stranger.subscribe('market:');
    await publisher.request(pub('a', 'x'));
    expect((await sub.receive())[5]!.toString()).toBe('x');
    running.engine.command({ kind: 'userKeyRemoved', key });
    expect((await running.event('subscriberClosed')).reason).toBe('the key was removed');
  });

  test('with another server key nothing gets through', async () => {
    const running = await startEngine(curve);
    const other = curveKeyZ85(crypto.makeKeyPair().publicKey);
    const dealer = closing(new zmq.Dealer({ ...libzmqKeys(), curveServerKey: other }));
    dealer.connect(`tcp://127.0.0.1:${running.pubPort}`);
    expect(await running.event('incident')).toMatchObject({ incident: 'badBytes' });
    expect(running.events.some(({ kind }) => kind === 'sessionOpened')).toBe(false);
  });
});

describe('auth.encryption', () => {
  test('always: clear text is refused at the greeting, before a token could be sent', async () => {
    const running = await startEngine(encryption({ mode: 'always', curve: brokerKeys }));
    for (const port of [running.pubPort, running.subPort]) {
      await expect(WirePeer.open(port, { socketType: port === running.pubPort ? 'DEALER' : 'SUB' })).rejects.toThrow();
    }
    const plain = { username: 'reader', password: tokenOf('reader') };
    await expect(WirePeer.open(running.subPort, { socketType: 'SUB', plain })).rejects.toThrow();
    const dealer = dealerTo(running.pubPort);
    expect(await ask(dealer, auth('publisher', tokenOf('publisher')))).toMatchObject({ status: 'AUTH_OK' });
    const lines = running.events.filter((event) => event.kind === 'incident');
    expect(lines).toMatchObject([
      { incident: 'limitReached', text: expect.stringContaining('auth.encryption is always') },
    ]);
  });

  test('always with TLS alone: ZMTP in clear text is refused at its first byte', async () => {
    const running = await startEngine(encryption({ mode: 'always', tls }));
    const socket = connect(running.pubPort, '127.0.0.1');
    const received: Buffer[] = [];
    socket.on('data', (chunk) => received.push(chunk));
    socket.write(Buffer.from([0xff]));
    await once(socket, 'close');
    expect(received).toEqual([]);
  });

  test('remote: another machine must encrypt, and one line a minute tells of those that do not', async () => {
    const lines: string[] = [];
    const report = new LimitReport(limitNames, { steadyMs: 0 }, (address, text) => lines.push(`${address}: ${text}`));
    const remote = await Encryption.open({ mode: 'remote', curve: brokerKeys, tls }, 5_000, report);
    const from = (isLocal: boolean, isEncrypted: boolean) => ({ address: '10.0.0.9', isLocal, isEncrypted });
    expect(remote.mechanisms(from(false, false), ['NULL', 'PLAIN'])).toEqual(['CURVE']);
    expect(remote.mechanisms(from(false, true), ['NULL', 'PLAIN'])).toEqual(['NULL', 'PLAIN', 'CURVE']);
    expect(remote.mechanisms(from(true, false), ['NULL'])).toEqual(['NULL', 'CURVE']);
    for (let i = 0; i < 3; i++) expect(remote.refusedClearText(from(false, false))).toBe(true);
    expect(remote.refusedClearText(from(true, false))).toBe(false);
    expect(lines).toEqual([expect.stringContaining('10.0.0.9: a connection from another machine is refused')]);
    expect(report.hits.clearText).toBe(3);
  });

  test('remote: clear text of this machine is taken', async () => {
    const running = await startEngine(encryption({ mode: 'remote', curve: brokerKeys }));
    expect((await running.session('publisher')).ticket).toMatch(/^[0-9a-f]{32}$/);
  });
});

/** A ZMTP connection over TLS. */
async function overTls(port: number, socketType: 'DEALER' | 'XSUB', more: object = {}): Promise<WirePeer> {
  const socket = connectTls({ port, host: '127.0.0.1', ca: tls.cert, servername: 'localhost', ...more });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  return WirePeer.over(socket, { socketType });
}

describe('TLS', () => {
  test('carries requests and deliveries, also large ones', async () => {
    const running = await startEngine(encryption({ tls }));
    const publisher = await overTls(running.pubPort, 'DEALER');
    await publisher.auth('publisher', tokenOf('publisher'));
    const session = await overTls(running.pubPort, 'DEALER');
    const { body } = await session.auth('reader', tokenOf('reader'));
    const reader = await overTls(running.subPort, 'XSUB');
    reader.subscribe(ticketSubscription(body.ticket as string));
    await reader.delivery();
    await session.request({ type: MessageType.sub, namespace: 'market', topic: '>' });
    for (const payload of ['small', 'x'.repeat(70_000), 'y'.repeat(3_000_000)]) {
      await publisher.request(pub('a', payload));
      expect(Buffer.from((await reader.delivery()).payload).toString()).toBe(payload);
    }
    expect((await running.event('sessionOpened')).client).toBe('ZMTP 3.1 DEALER TLS');
  });

  test('a client certificate that is bound to a user logs in; one of another authority is refused', async () => {
    const { ca, client } = await clientCertificate('publisher');
    const key = `tls:${fingerprintOf(client.cert)}`;
    const entitlements = { ...testEntitlements, userKeys: [{ userId: 2, key }] };
    const running = await startEngine(encryption({ tls: { ...tls, clientCa: ca } }), entitlements);
    const peer = await overTls(running.pubPort, 'DEALER', client);
    expect((await peer.request(auth('publisher'))).body).toMatchObject({ status: 'AUTH_OK', user_id: 2 });
    const without = await overTls(running.pubPort, 'DEALER');
    expect((await without.request(auth('publisher'))).body).toMatchObject({ error_code: 1 });
    const foreign = (await clientCertificate('publisher')).client;
    await expect(overTls(running.pubPort, 'DEALER', foreign)).rejects.toThrow();
    expect((await running.event('incident', ({ incident }) => incident === 'badBytes')).text).toContain('certificate');
  });

  test('a new certificate is for new connections, and open ones go on', async () => {
    const running = await startEngine(encryption({ tls }));
    const before = await overTls(running.pubPort, 'DEALER');
    const next = await selfSigned();
    running.engine.command({ kind: 'tls', tls: { ...next, clientCa: null } });
    expect((await before.auth('publisher', tokenOf('publisher'))).body).toMatchObject({ status: 'AUTH_OK' });
    const after = await overTls(running.pubPort, 'DEALER', { ca: next.cert });
    expect((await after.auth('publisher', tokenOf('publisher'))).body).toMatchObject({ status: 'AUTH_OK' });
    await expect(overTls(running.pubPort, 'DEALER')).rejects.toThrow('self-signed');
  });

  test('TLS 1.2 and bytes that only begin like TLS are refused and reported', async () => {
    const running = await startEngine(encryption({ tls }));
    const old = { maxVersion: 'TLSv1.2', minVersion: 'TLSv1.2' };
    await expect(overTls(running.pubPort, 'DEALER', old)).rejects.toThrow();
    expect((await running.event('incident')).text).toContain('the TLS handshake failed');
    const socket = connect(running.pubPort, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(Buffer.from([0x16, 0x03, 0x01, 0x00, 0x05, 7, 7, 7, 7, 7]));
    socket.resume();
    await once(socket, 'close');
  });

  test('where TLS is off, its first byte is named', async () => {
    const running = await startEngine();
    const socket = connect(running.pubPort, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(Buffer.from([0x16, 0x03, 0x01, 0x02]));
    socket.resume();
    await once(socket, 'close');
    expect((await running.event('incident')).text).toContain('a TLS handshake');
  });
});

test('an encrypted frame past what may be kept before AUTH ends the connection', async () => {
  const running = await startEngine(curve);
  const dealer = dealerTo(running.pubPort);
  await dealer.send(['x'.repeat(20_000)]);
  expect((await running.event('incident')).text).toContain('exceeds maxFrameBytes');
});
