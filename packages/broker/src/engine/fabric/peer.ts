import type { BrokerHealth } from '@pulsemq/protocol';
import type { PeerFigures } from '../../port-cluster.js';
import type { EngineCore } from '../session/core.js';
import type { FeedToPeer } from './feed-to-peer.js';
import type { Hello } from './hello.js';
import { PeerOrigin, PeerReader } from './peer-reader.js';
import type { StreamPeer } from './peer-stream.js';
import { type Coverage, PeerStreams } from './peer-streams.js';

/** How long the interest of another broker is awaited before it is asked for again. */
const interestTimeoutMs = 1_000;
/** The same for the next piece of the state of its topics. */
const syncTimeoutMs = 2_000;

/** Another broker of the cluster: what is known of it, what it sends, and what it gets. */
export class Peer implements StreamPeer {
  readonly id: string;
  hello: Hello;
  isReachable = true;
  isOver = false;
  /** It was taken for ended because another broker has its name. */
  mayReturn = false;
  /** Readers have heard that the end of its streams is unknown, and it has said nothing since. */
  isEndTold = false;
  changedUs: number;
  /** When its last message came, milliseconds of the monotonic clock. */
  heardMs: number;
  /** Version of our interest whose last values it has sent in this feed. */
  appliedVersion = 0;
  /** Something of its feed was lost, and the state of topics has not been asked for since. */
  needsSync = false;
  readonly streams: PeerStreams;
  readonly reader: PeerReader;
  /** What it gets; null while it cannot be reached. */
  outgoing: FeedToPeer | null = null;
  feedCount = 0;
  #interestAskedMs = Number.NEGATIVE_INFINITY;
  #syncAskedMs = 0;
  #awaitedSync: number | null = null;
  #lastSync = 0;

  constructor(core: EngineCore, coverage: Coverage, hello: Hello) {
    this.id = hello.id;
    this.hello = hello;
    this.changedUs = core.clock.nowUs;
    this.heardMs = core.clock.steadyMs;
    const origin = new PeerOrigin();
    this.streams = new PeerStreams(core, coverage, this, origin);
    this.reader = new PeerReader(core, this.streams, origin);
    this.reader.onLoss = () => {
      this.needsSync = true;
    };
    this.reader.onFeed = () => {
      this.appliedVersion = 0;
    };
    this.reader.onState = () => {
      this.#syncAskedMs = core.clock.steadyMs;
    };
  }

  get health(): BrokerHealth {
    if (this.isOver) return 'gone';
    return this.isReachable ? 'live' : 'unreachable';
  }

  /** It may be asked for its interest: it was not asked a moment ago. */
  mayAskInterest(steadyMs: number): boolean {
    if (steadyMs - this.#interestAskedMs < interestTimeoutMs) return false;
    this.#interestAskedMs = steadyMs;
    return true;
  }

  /** Its whole interest has come: it may be asked again at once. */
  interestCame(): void {
    this.#interestAskedMs = Number.NEGATIVE_INFINITY;
  }

  /** The number of a sync to ask for; null when none is needed, or one is on its way. */
  nextSync(steadyMs: number): number | null {
    const isAwaited = this.#awaitedSync !== null;
    if (isAwaited ? steadyMs - this.#syncAskedMs < syncTimeoutMs : !this.needsSync) return null;
    this.needsSync = false;
    this.#syncAskedMs = steadyMs;
    this.#awaitedSync = ++this.#lastSync;
    return this.#awaitedSync;
  }

  /** Something of its feed was lost that no state of topics has made good. */
  get hasLoss(): boolean {
    return this.needsSync || this.#awaitedSync !== null;
  }

  /** The state of topics that was asked for has come. */
  synced(sync: number): void {
    if (sync === this.#awaitedSync) this.#awaitedSync = null;
  }

  figures(steadyMs: number): PeerFigures {
    const { reader } = this;
    const { maxPayloadBytes: _, ...broker } = this.hello;
    return {
      broker,
      health: this.health,
      sinceMs: Math.floor(this.changedUs / 1_000),
      silentMs: Math.max(0, steadyMs - this.heardMs),
      appliedVersion: this.appliedVersion,
      receivedCount: reader.origin.publishedCount,
      receivedBytes: reader.receivedBytes,
      lostBatchCount: reader.lostBatchCount,
      lostCount: reader.lostCount,
      duplicateCount: reader.duplicateCount,
      badCount: reader.badCount,
      topicCount: this.streams.routeCount,
    };
  }
}
