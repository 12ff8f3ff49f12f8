// The real engine without sockets: its connections, sessions, routes and fan-out, with bytes handed to them and taken from them in memory.
// Whatever an input does, the engine must report no error of its own and keep nothing of a connection that is gone.

import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { MessageType, messageFrames, ticketPrefix } from '@pulsemq/protocol';
import { encodeCommand, encodeMessage, encodeSubscribe, FrameDecoder } from '@pulsemq/zmtp';
import { openLibsodium } from '@pulsemq/zmtp/libsodium';
import { composeCore } from '../../packages/broker/dist/engine/compose-core.js';
import { applyEntitlementCommand } from '../../packages/broker/dist/engine/entitlement-commands.js';
import { IncidentLimit } from '../../packages/broker/dist/engine/incident-limit.js';
import { Connections } from '../../packages/broker/dist/engine/net/connections.js';
import { Encryption } from '../../packages/broker/dist/engine/net/encryption.js';

/** As the kernel's reads, all go into one buffer, which is overwritten afterwards: what keeps a view of it is found out. */
const readBuffer = Buffer.alloc(262_144);
const staleByte = 0xdb;
/** Turns of the loop after which an input is done. Only a delay after a wrong token takes longer. */
const turnMaxCount = 200;
/** Topics, sessions and counters of one engine add up: after this many inputs a new one begins. */
const inputsOfEngine = 4_000;

export const tokenOf = (name) => `token-of-${name}`;
export const turn = () => new Promise((resolve) => setImmediate(resolve));

const limits = {
  connectionCount: 10_000,
  connectionsPerAddress: 10_000,
  pendingCount: 5_000,
  pendingPerAddress: 5_000,
  loginTimeoutMs: 30_000,
  handshakesPerSecond: 1_000_000_000,
  inboundBytesPerUser: 1 << 24,
  inboundBytes: 1 << 26,
  unreadReplyBytes: 1 << 18,
  namespaceCount: 100,
  topicCount: 100_000,
  topicsPerUser: 100_000,
  subscriptionCount: 1_000,
  replayCount: 8,
  openBarCount: 100_000,
  replaysPerUser: 4,
  publishRatePerUser: 0,
  publishBytesPerUser: 0,
};

const config = {
  host: '127.0.0.1',
  pubPort: 0,
  subPort: 0,
  server: 'pulsemq/fuzz',
  clientServers: [],
  webSocket: { allowedOrigins: [], relayPass: '' },
  legacySubscribers: true,
  pingIntervalMs: 30_000,
  pingTimeoutMs: 3_000,
  handshakeTimeoutMs: 5_000,
  maxConnectionsPerUser: 100,
  maxSubscriptionsPerConnection: 50,
  maxTopicsPerNamespace: 500,
  topicLevelCount: 8,
  outboxMessageCount: 1_000,
  outboxBytes: 1 << 20,
  outboxTotalBytes: 1 << 24,
  pacingMs: 0,
  cluster: null,
  imageTotalBytes: 1 << 20,
  encryption: { mode: 'optional', curve: (await openLibsodium()).makeKeyPair(), tls: null },
  limits,
};

const userOf = (id, name, type = 'mq_normal') => ({
  id,
  name,
  type,
  isActive: true,
  tokenHash: createHash('sha256').update(tokenOf(name)).digest('hex'),
});

const entitlements = {
  users: [userOf(1, 'root', 'super_admin'), userOf(2, 'publisher'), userOf(3, 'reader'), userOf(4, 'nobody')],
  namespaces: [
    { id: 1, name: 'market', isActive: true, keepLastValue: true, freshness: null },
    { id: 2, name: 'other', isActive: true, keepLastValue: false, freshness: null },
  ],
  grants: [
    { userId: 2, namespaceId: 1, role: 'pub' },
    { userId: 3, namespaceId: 1, role: 'sub' },
  ],
  userKeys: [],
};

const noBytes = Buffer.alloc(0);

/** The near end of a connection: what a `net.Socket` is to the engine. */
class MemorySocket extends EventEmitter {
  remoteAddress;
  remotePort = 40_000;
  destroyed = false;
  writableLength = 0;
  written = [];
  onRead = null;
  #isPaused = false;
  #waiting = [];

  constructor(address) {
    super();
    this.remoteAddress = address;
  }

  setNoDelay() {}

  /** The peer sends bytes. */
  receive(bytes) {
    for (let at = 0; at < bytes.length; at += readBuffer.length) {
      this.#waiting.push(bytes.subarray(at, at + readBuffer.length));
    }
    this.#deliver();
  }

  get isDone() {
    return this.destroyed || (this.#waiting.length === 0 && !this.#isPaused);
  }

  write(bytes, done) {
    // The engine writes parts of buffers that it uses again.
    if (!this.destroyed) this.written.push(Buffer.from(bytes));
    if (typeof done === 'function') process.nextTick(done, this.destroyed ? new Error('write after destroy') : null);
    return true;
  }

  end(bytes, done) {
    if (typeof bytes === 'function') this.end(noBytes, bytes);
    else this.write(bytes, done);
  }

  pause() {
    this.#isPaused = true;
  }

  resume() {
    this.#isPaused = false;
    process.nextTick(() => this.#deliver());
  }

  destroy() {
    if (this.destroyed) return;
    this.destroyed = true;
    this.#waiting = [];
    process.nextTick(() => this.emit('close'));
  }

  #deliver() {
    while (this.#waiting.length > 0 && !this.#isPaused && !this.destroyed) {
      const bytes = this.#waiting.shift();
      bytes.copy(readBuffer);
      this.onRead(readBuffer, bytes.length);
      readBuffer.fill(staleByte, 0, bytes.length);
    }
  }
}

/** CURVE is on, and clear text allowed, so nothing is ever reported. */
const encryption = await Encryption.open(config.encryption, config.handshakeTimeoutMs, { hit() {} });

/** One engine, with a publisher and a reader that stay. */
class MemoryEngine {
  core;
  internal = [];
  #connections;
  #acceptors;
  #addressCount = 0;

  constructor() {
    const emit = (event) => {
      if (event.kind === 'incident' && event.incident === 'internal') this.internal.push(event.text);
    };
    this.core = composeCore(config, emit, new IncidentLimit());
    this.#connections = new Connections(this.core, encryption);
    this.#acceptors = {
      request: this.#connections.requestAcceptor(),
      subscriber: this.#connections.subscriberAcceptor(),
    };
    applyEntitlementCommand(this.core, { kind: 'entitlements', entitlements });
  }

  /** A new connection to a port. Each comes from an address of its own, so that no wrong token delays the next input. */
  connect(port, address) {
    const count = ++this.#addressCount;
    const socket = new MemorySocket(address ?? `10.${(count >> 16) & 255}.${(count >> 8) & 255}.${count & 255}`);
    this.#acceptors[port].accept((onRead) => {
      socket.onRead = onRead;
      return socket;
    });
    return socket;
  }

  get count() {
    return this.#connections.count;
  }

  async settle(socket) {
    for (let count = 0; count < turnMaxCount && !socket.isDone; count++) await turn();
    await turn();
  }

  /** Throws when the engine has reported an error of its own, or keeps something of connections that are gone. */
  check(baseline) {
    const { core } = this;
    if (core.guard.caughtCount > 0) throw new Error(`the engine caught ${this.internal.join('\n')}`);
    core.fanOut.turn.flush();
    const kept = this.figures();
    for (const [name, value] of Object.entries(kept)) {
      if (value !== baseline[name])
        throw new Error(`${name} is ${value} after the connection has closed, expected ${baseline[name]}`);
    }
  }

  /** Removes a topic of a namespace, as the API does. */
  forgetTopic(namespace, name) {
    const { id: namespaceId } = entitlements.namespaces.find((one) => one.name === namespace);
    applyEntitlementCommand(this.core, { kind: 'topicRemoved', namespaceId, name });
  }

  figures() {
    const { core } = this;
    return {
      connectionCount: this.count,
      sessionCount: core.sessions.count,
      subscriberCount: core.subscribers.count,
      inboundBytes: core.inbound.totalBytes,
      // A large last value is pinned for as long as it is the last.
      pinnedBytes: Math.max(0, core.fanOut.memory.pinnedBytes - core.lastValues.totalBytes),
    };
  }
}

export const greeting = (minor, mechanism) => {
  const bytes = Buffer.alloc(64);
  bytes.set([0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, minor]);
  bytes.write(mechanism, 12, 'latin1');
  return bytes;
};

const metadataOf = (type) =>
  Buffer.concat([Buffer.from('\x0bSocket-Type\0\0\0', 'latin1'), Buffer.from([type.length]), Buffer.from(type)]);
export const ready = (type) => Buffer.from(encodeCommand('READY', metadataOf(type)));
export const initiate = (type) => Buffer.from(encodeCommand('INITIATE', metadataOf(type)));
const shortString = (text) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
export const hello = (name, token) =>
  Buffer.from(encodeCommand('HELLO', Buffer.concat([shortString(name), shortString(token)])));
export const message = (parts) => Buffer.from(encodeMessage(messageFrames(parts)));
export const auth = (name) =>
  message({
    type: MessageType.auth,
    username: name,
    payload: Buffer.from(JSON.stringify({ username: name, token: tokenOf(name) })),
  });
export const handshake = (minor, type) => Buffer.concat([greeting(minor, 'NULL'), ready(type)]);
export const ticketSubscription = (ticket) =>
  Buffer.from(encodeSubscribe(Buffer.concat([ticketPrefix, Buffer.from(ticket)]), 'command'));

/**
 * Throws unless the bytes after the greeting and the handshake are whole ZMTP frames: the engine must answer nothing else. Only a peer that begins
 * with a `G` is answered by HTTP: it may want a WebSocket, whose frames have a target of their own.
 */
function checkWritten(written) {
  const bytes = Buffer.concat(written);
  if (bytes.length < 64 || bytes.toString('latin1', 0, 9) === 'HTTP/1.1 ') return;
  const decoder = new FrameDecoder({ maxFrameBytes: 1 << 26 }, { onFrame() {} });
  decoder.push(bytes, 64);
}

/** Cuts bytes into pieces. The cut is 0 for none, or the seed of where. */
export function pieces(bytes, cut) {
  if (cut === 0) return [bytes];
  const found = [];
  let state = cut * 2_654_435_761;
  for (let at = 0; at < bytes.length; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const size = 1 + ((state >>> 16) % (cut < 64 ? 4 : 64));
    found.push(bytes.subarray(at, at + size));
    at += size;
  }
  return found;
}

/** Gives inputs an engine, and a new one from time to time. */
export class EngineBench {
  #engine = null;
  #baseline = null;
  #inputCount = 0;
  /** Ticket of a session of `reader` that stays and is subscribed to `market:>`. */
  ticket = '';
  #publisher = null;
  #reader = null;

  /** A connection to a port receives `bytes`, in pieces by `cut`; then a message is published, and the connection is closed. */
  async feed(port, bytes, cut, afterwards = async () => {}) {
    if (this.#inputCount++ % inputsOfEngine === 0) await this.start();
    const engine = this.#engine;
    const socket = engine.connect(port);
    for (const piece of pieces(bytes, cut)) {
      if (piece.length > 0) socket.receive(piece);
    }
    await engine.settle(socket);
    this.#publisher.receive(tick);
    await turn();
    await afterwards(engine, socket);
    checkWritten(socket.written);
    socket.destroy();
    await turn();
    for (let count = 0; count < turnMaxCount && engine.figures().pinnedBytes > 0; count++) await turn();
    this.#publisher.written.length = 0;
    this.#reader.written.length = 0;
    engine.check(this.#baseline);
  }

  /** Begins with a new engine. */
  async start() {
    const engine = new MemoryEngine();
    this.#engine = engine;
    this.#publisher = await this.#logIn(engine, 'publisher');
    this.#reader = await this.#logIn(engine, 'reader');
    this.ticket = /"ticket": ?"([^"]+)"/.exec(Buffer.concat(this.#reader.written).toString('latin1'))[1];
    this.#reader.receive(message({ type: MessageType.sub, namespace: 'market', topic: '>' }));
    await turn();
    await turn();
    this.#baseline = engine.figures();
  }

  /** A connection to the subscriber port that is bound to the session of a ticket. */
  async bound(ticket) {
    const socket = this.#engine.connect('subscriber', '127.0.0.1');
    socket.receive(handshake(1, 'XSUB'));
    await this.#engine.settle(socket);
    socket.receive(ticketSubscription(ticket));
    await this.#engine.settle(socket);
    return socket;
  }

  async turns(count) {
    for (let at = 0; at < count; at++) await turn();
  }

  async #logIn(engine, name) {
    const socket = engine.connect('request', '127.0.0.1');
    socket.receive(handshake(1, 'DEALER'));
    await engine.settle(socket);
    socket.receive(auth(name));
    await engine.settle(socket);
    return socket;
  }
}

const tick = message({
  type: MessageType.pub,
  namespace: 'market',
  topic: 'tick',
  username: 'publisher',
  payload: Buffer.from('1'),
});
