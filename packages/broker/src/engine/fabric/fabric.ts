import { randomBytes } from 'node:crypto';
import type { BrokerFigures, ClusterFigures, EngineCluster } from '../../port-cluster.js';
import type { InterestListener } from '../route/interest-table.js';
import type { EngineCore } from '../session/core.js';
import type { FabricParts } from './fabric-parts.js';
import { type FeedParts, FeedToPeer } from './feed-to-peer.js';
import { FindExchange } from './find-exchange.js';
import { type Hello, parseHello } from './hello.js';
import { HistoryExchange } from './history-exchange.js';
import { InterestExchange } from './interest-exchange.js';
import { ownFigures, type Self } from './own-figures.js';
import { OwnInterest } from './own-interest.js';
import { Peer } from './peer.js';
import { PeerTable } from './peer-table.js';
import { Receipts } from './receipts.js';
import { SnapshotHolds } from './snapshot-holds.js';
import { parseMark, takeHeads } from './state-messages.js';
import type { Transport } from './transport.js';
import {
  everyone,
  feedHeadBytes,
  feedOf,
  type Head,
  headBytes,
  jsonMessage,
  Kind,
  newMessage,
  readHead,
  SyncOffset,
  syncBytes,
  textOf,
} from './wire.js';

/** How often silence, pacing and snapshots that wait are looked at. */
const tickMs = 50;
/** A tick later than this was held up. */
const lateMs = 200;
/** Ticks between two hellos: 500 ms. */
const helloTicks = 10;
/** Ticks between two looks at what is not wanted any more. */
const sweepTicks = 20;
/** How long the end waits for what was sent last. */
const closeTimeoutMs = 500;

/**
 * This broker among others: it tells them what its subscribers want, sends them what its own publishers send, and takes in what theirs send.
 * Everything runs in the engine's thread: a batch goes from the group to the client of NATS in the turn that filled it.
 */
export class Fabric {
  /** Drawn at each start: a broker that starts again is another one. */
  readonly id = randomBytes(8).toString('hex');
  /** Finds publishers and sessions at the other brokers. */
  readonly finder: FindExchange;
  readonly history: HistoryExchange;
  readonly #core: EngineCore;
  readonly #cluster: EngineCluster;
  /** What the others hear of this broker, besides its figures. */
  readonly self: Self;
  readonly #transport: Transport;
  readonly #own: OwnInterest;
  readonly #peers: PeerTable;
  readonly #receipts: Receipts;
  readonly #feedParts: FeedParts;
  readonly #exchange: InterestExchange;
  readonly #holds = new SnapshotHolds();
  readonly #timer: NodeJS.Timeout;
  #tickCount = 0;
  /** When it ticked last, milliseconds of the monotonic clock. */
  #tickedMs: number;
  #feedCount = 0;
  #foreignCount = 0;

  constructor(parts: FabricParts) {
    const { core, cluster, open, ports, findHere, onNews } = parts;
    this.#core = core;
    this.#cluster = cluster;
    this.self = { id: this.id, cluster, ports, startedMs: core.clock.nowMs, adminPort: 0 };
    this.#tickedMs = core.clock.steadyMs;
    this.#own = new OwnInterest((work) => core.guard.run('sending the interest to other brokers', work));
    this.#peers = new PeerTable(core, parts);
    const onMessage = (bytes: Buffer): void =>
      core.guard.run('a message of another broker', () => this.#onMessage(bytes));
    this.#transport = open({ onMessage, onNews, onConnected: () => this.#sayHello() }, this.id);
    this.#receipts = new Receipts(core, this.#transport, this.#peers, this.id);
    this.#feedParts = { core, id: this.id, transport: this.#transport };
    this.#exchange = new InterestExchange(core.clock, this.#own, this.#transport, this.id);
    this.finder = new FindExchange(this.#transport, this.#peers, this.id, findHere);
    this.history = new HistoryExchange({ core, transport: this.#transport, peers: this.#peers, id: this.id });
    this.#own.onChange = (change) => {
      if (change.removed.length > 0) this.#peers.prune();
      this.#exchange.tell(change);
    };
    core.interest.listen(this.#own);
    core.freshness.isOneOfMany = true;
    core.snapshots.hold = (release) => this.#hold(release);
    this.#timer = setInterval(() => core.guard.run('the clock of the cluster', () => this.#tick()), tickMs);
  }

  /** Messages that came from other brokers. */
  get receivedCount(): number {
    return this.#peers.receivedCount;
  }

  /** Payload bytes of these messages. */
  get receivedBytes(): number {
    return this.#peers.receivedBytes;
  }

  /** What takes note of topics that something besides subscribers wants, such as a price board. */
  get interest(): InterestListener {
    return this.#own;
  }

  figures(): ClusterFigures {
    const { steadyMs } = this.#core.clock;
    return {
      name: this.#cluster.name,
      isConnected: this.#transport.isConnected,
      own: this.#ownFigures(),
      peers: [...this.#peers.all()].map((peer) => peer.figures(steadyMs)),
      foreignCount: this.#foreignCount,
    };
  }

  /** Says good-bye, and resolves when what was sent is with the server. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#receipts.close();
    this.finder.close();
    this.#core.interest.listen(null);
    this.#core.snapshots.hold = null;
    this.history.close();
    for (const peer of this.#peers.all()) peer.outgoing?.close();
    if (this.#transport.isConnected) this.#send(everyone, newMessage(Kind.bye, 0, this.id, everyone, headBytes));
    await this.#transport.close(closeTimeoutMs);
  }

  #tick(): void {
    const { clock } = this.#core;
    clock.tick();
    this.#tickCount++;
    const { steadyMs } = clock;
    // While this process was stopped it heard nothing. That does not mean that the others were silent.
    this.#peers.excuse(Math.max(0, steadyMs - this.#tickedMs - lateMs));
    this.#tickedMs = steadyMs;
    this.#peers.review();
    this.history.review();
    const senderCount = this.#peers.reachableCount;
    for (const peer of this.#peers.all()) {
      peer.outgoing?.feed.window.share(senderCount);
      peer.outgoing?.feed.window.review(steadyMs);
      this.#askSync(peer);
    }
    this.#holds.review(this.#peers.all(), this.#peers.isYoung, steadyMs);
    if (this.#tickCount % helloTicks === 1) {
      this.#sayHello();
      this.#peers.reviewTopics();
    }
    if (this.#tickCount % sweepTicks === 0) this.#own.sweep(steadyMs);
  }

  #onMessage(bytes: Buffer): void {
    const head = readHead(bytes);
    if (head === undefined || (head.receiver !== this.id && head.receiver !== everyone)) {
      this.#foreignCount++;
      return;
    }
    if (head.sender === this.id) return;
    this.#core.clock.tick();
    if (head.kind === Kind.hello) return this.#onHello(head, textOf(bytes, headBytes));
    const peer = this.#peers.of(head.sender);
    if (peer === undefined) {
      this.#foreignCount++;
      return;
    }
    this.#peers.heard(peer);
    this.#onPeerMessage(peer, head, bytes);
  }

  #onPeerMessage(peer: Peer, { kind, flags }: Head, bytes: Buffer): void {
    switch (kind) {
      case Kind.batch:
        if (this.#admits(peer, bytes)) peer.reader.batch(bytes, flags);
        return;
      case Kind.part:
        if (this.#admits(peer, bytes)) peer.reader.part(bytes, flags);
        return;
      case Kind.heads:
        if (this.#admits(peer, bytes)) takeHeads(peer, textOf(bytes, feedHeadBytes));
        return;
      case Kind.mark:
        if (this.#admits(peer, bytes)) this.#onMark(peer, textOf(bytes, feedHeadBytes));
        return;
      case Kind.receipt:
        return this.#receipts.take(peer, bytes, flags);
      case Kind.interest:
        return this.#exchange.take(peer, textOf(bytes, headBytes));
      case Kind.askInterest:
        return this.#exchange.tellAll(peer.id);
      case Kind.askSync:
        return this.#onAskSync(peer, bytes);
      case Kind.find:
      case Kind.found:
        return this.finder.take(peer, kind, textOf(bytes, headBytes));
      case Kind.askHistory:
      case Kind.history:
      case Kind.moreHistory:
        return this.history.take(peer, kind, bytes);
      case Kind.bye:
        return this.#peers.ended(peer, 'it said so');
      default:
        // `#onMessage` has taken it.
        kind satisfies typeof Kind.hello;
    }
  }

  #admits(peer: Peer, bytes: Buffer): boolean {
    this.#receipts.add(peer);
    return peer.reader.admits(bytes);
  }

  #onHello({ sender }: Head, body: string): void {
    const hello = parseHello(body);
    if (hello === undefined || hello.id !== sender) {
      this.#foreignCount++;
      return;
    }
    let peer = this.#peers.of(sender);
    if (peer === undefined) {
      peer = new Peer(this.#core, this.#own, hello);
      this.#peers.add(peer);
      // It need not wait for the next one.
      this.#sayHello();
    }
    if (peer.isOver) this.#peers.talksStill(peer);
    if (peer.isOver) return;
    peer.hello = hello;
    this.#peers.heard(peer);
    this.#serve(peer);
    const mine = hello.feeds.find(({ to }) => to === this.id);
    if (mine !== undefined) peer.reader.heardOf(mine.feed, mine.number);
  }

  /** Sees that a broker gets what it wants. */
  #serve(peer: Peer): void {
    if (peer.outgoing === null) {
      const isReturn = peer.feedCount++ > 0;
      peer.outgoing = new FeedToPeer(++this.#feedCount, peer.id, this.#feedParts, isReturn);
    }
    peer.outgoing.feed.peerMaxPayloadBytes = peer.hello.maxPayloadBytes;
    if (peer.hello.interestVersion !== peer.outgoing.version) this.#exchange.ask(peer);
  }

  #onMark(peer: Peer, text: string): void {
    const { version, sync } = parseMark(text);
    if (typeof version === 'number') peer.appliedVersion = Math.max(peer.appliedVersion, version);
    if (typeof sync === 'number') peer.synced(sync);
    this.#holds.review(this.#peers.all(), this.#peers.isYoung, this.#core.clock.steadyMs);
  }

  #onAskSync(peer: Peer, bytes: Buffer): void {
    if (bytes.length < syncBytes) {
      peer.reader.badCount++;
      return;
    }
    if (peer.outgoing?.feed.feed === feedOf(bytes)) peer.outgoing.sync(bytes.readUInt32BE(SyncOffset.sync));
  }

  /** Asks for the state of all topics after a loss. */
  #askSync(peer: Peer): void {
    if (!peer.isReachable || !this.#transport.isConnected) return;
    const sync = peer.nextSync(this.#core.clock.steadyMs);
    if (sync === null) return;
    const message = newMessage(Kind.askSync, 0, this.id, peer.id, syncBytes);
    message.writeUInt32BE(peer.reader.feed, SyncOffset.feed);
    message.writeUInt32BE(sync, SyncOffset.sync);
    this.#send(peer.id, message);
  }

  #hold(release: () => void): void {
    const { steadyMs } = this.#core.clock;
    this.#holds.add(this.#own.settle(), release, steadyMs);
    this.#holds.review(this.#peers.all(), this.#peers.isYoung, steadyMs);
  }

  #sayHello(): void {
    const hello: Hello = { ...this.#ownFigures(), maxPayloadBytes: this.#transport.maxPayloadBytes };
    this.#send(everyone, jsonMessage(Kind.hello, this.id, everyone, hello));
  }

  #ownFigures(): BrokerFigures {
    const parts = { peers: this.#peers, own: this.#own, transport: this.#transport };
    return ownFigures(this.#core, this.self, parts);
  }

  #send(receiver: string, message: Buffer): void {
    if (this.#transport.isConnected) this.#transport.send(receiver, message);
  }
}
