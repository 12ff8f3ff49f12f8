import type { Guard } from '../../guard.js';
import type { Clock } from '../clock.js';
import type { FreshnessWatch } from '../freshness/freshness-watch.js';
import { WorkQueue } from '../freshness/work-queue.js';
import type { Intake } from '../route/accept.js';
import { forgetPeerRoute } from '../route/forget-route.js';
import type { NamespaceTable } from '../route/namespace-table.js';
import type { Peer } from './peer.js';
import type { PeerStream } from './peer-stream.js';

/** A broker that was taken for an earlier run of another one, and still talks after this time, is one of its own. */
const returnMs = 2_000;
/** Within this time of its start a broker may not know the others yet. */
const youngMs = 1_000;
/** A broker without a word for this time cannot be reached. */
const silenceMs = 1_500;
/** A broker without a word for this time gets nothing more; until then one that only was slow misses nothing. */
const cutOffMs = 5_000;
/** Readers of a broker that has been away for this time hear that the end of its streams is unknown: their publishers may be elsewhere by now. */
const lostMs = 30_000;
/** A broker that has been away for this time is forgotten, with what it sent. */
const forgottenMs = 3_600_000;

/** What the table works on. */
export interface PeerTableParts {
  readonly clock: Clock;
  readonly guard: Guard;
  readonly intake: Intake;
  readonly freshness: FreshnessWatch;
  readonly namespaces: NamespaceTable;
}

/** What the table reports. */
export interface PeerNews {
  /** A broker came, went, or cannot be reached. */
  onNews(text: string, isTrouble: boolean): void;
  /** A broker has ended, and what it accepted last is unknown: the epochs of its streams. */
  onStreamsEnded(epochs: readonly number[]): void;
}

/** The other brokers of the cluster: which can be reached, and what follows for their topics. */
export class PeerTable {
  /** Messages of brokers that are forgotten, and their payload bytes. */
  forgottenCount = 0;
  forgottenBytes = 0;
  readonly #peers = new Map<string, Peer>();
  readonly #parts: PeerTableParts;
  readonly #news: PeerNews;
  readonly #work: WorkQueue;
  /** Streams of brokers that cannot be reached whose topics have no newer message from elsewhere. */
  readonly #cutOff = new Set<PeerStream>();
  readonly #startedSteadyMs: number;
  #isReviewing = false;

  constructor(parts: PeerTableParts, news: PeerNews) {
    this.#parts = parts;
    this.#news = news;
    this.#startedSteadyMs = parts.clock.steadyMs;
    this.#work = new WorkQueue(parts.guard, 'topics of another broker');
  }

  all(): IterableIterator<Peer> {
    return this.#peers.values();
  }

  of(id: string): Peer | undefined {
    return this.#peers.get(id);
  }

  /** This broker has started a moment ago, and may not know all others yet. */
  get isYoung(): boolean {
    return this.#parts.clock.steadyMs - this.#startedSteadyMs < youngMs;
  }

  get reachableCount(): number {
    let count = 0;
    for (const { isReachable } of this.#peers.values()) if (isReachable) count++;
    return count;
  }

  /** Messages that came from other brokers. */
  get receivedCount(): number {
    let count = this.forgottenCount;
    for (const { reader } of this.#peers.values()) count += reader.origin.publishedCount;
    return count;
  }

  /** Payload bytes of these messages. */
  get receivedBytes(): number {
    let bytes = this.forgottenBytes;
    for (const { reader } of this.#peers.values()) bytes += reader.origin.publishedBytes;
    return bytes;
  }

  /** A broker that was not known. One with the same name that started earlier has ended. */
  add(peer: Peer): void {
    for (const other of this.#peers.values()) {
      const isSame = other.hello.name === peer.hello.name && other.hello.startedMs <= peer.hello.startedMs;
      if (isSame && !other.isOver) this.ended(other, `it has started again as ${peer.id}`, true);
    }
    this.#peers.set(peer.id, peer);
    this.#news.onNews(`broker ${shown(peer)} is there`, false);
  }

  /** A message of this broker has come. */
  heard(peer: Peer): void {
    if (peer.isOver) return;
    peer.heardMs = this.#parts.clock.steadyMs;
    peer.isEndTold = false;
    if (peer.isReachable) return;
    this.#change(peer, true);
    this.#news.onNews(`broker ${shown(peer)} can be reached again`, false);
  }

  /** A hello of a broker that counts as ended. If only its name says so, and it goes on talking, there are two of that name. */
  talksStill(peer: Peer): void {
    const { steadyMs } = this.#parts.clock;
    if (!peer.mayReturn || steadyMs - peer.heardMs < returnMs) return;
    peer.isOver = false;
    this.#news.onNews(
      `broker ${shown(peer)} has the name of another one: give each its own (cluster.broker_name)`,
      true,
    );
  }

  /** A broker has ended: its topics stay unreachable until another one sends them. `mayReturn`: only its name says so. */
  ended(peer: Peer, text: string, mayReturn = false): void {
    if (peer.isOver) return;
    peer.isOver = true;
    peer.mayReturn = mayReturn;
    closeFeed(peer);
    // Say the end again, also where it was said while the broker was away: clients can ask its journal now.
    if (mayReturn) peer.isEndTold = false;
    // One that has said so has sent everything before.
    if (mayReturn || peer.hasLoss) this.#tellEnd(peer);
    if (peer.isReachable) this.#change(peer, false);
    this.#news.onNews(`broker ${shown(peer)} has ended: ${text}`, false);
  }

  /** This broker heard nothing for a time in which it was held up itself. */
  excuse(heldUpMs: number): void {
    if (heldUpMs > 0) for (const peer of this.#peers.values()) peer.heardMs += heldUpMs;
  }

  /** Finds brokers that have been silent for too long, and forgets those that are long gone. */
  review(): void {
    const { steadyMs } = this.#parts.clock;
    for (const peer of this.#peers.values()) {
      const silentMs = steadyMs - peer.heardMs;
      if (peer.isReachable && silentMs > silenceMs) {
        this.#change(peer, false);
        this.#news.onNews(
          `broker ${shown(peer)} cannot be reached: silent for ${silentMs} ms, limit ${silenceMs} ms`,
          true,
        );
      }
      if (silentMs > cutOffMs) closeFeed(peer);
      if (silentMs > lostMs && !peer.isOver) this.#tellEnd(peer);
      if (!peer.isReachable && silentMs > forgottenMs) this.#forget(peer);
    }
  }

  /** Finds topics that were unreachable and have a newer message from elsewhere. */
  reviewTopics(): void {
    if (this.#isReviewing || this.#cutOff.size === 0) return;
    this.#isReviewing = true;
    this.#work.add(this.#cutOff, (stream) => {
      if (isCutOff(stream)) return;
      this.#cutOff.delete(stream);
      this.#tell(stream);
    });
    this.#work.add([null], () => {
      this.#isReviewing = false;
    });
  }

  /** Forgets what no subscriber here wants any more. */
  prune(): void {
    for (const peer of this.#peers.values()) {
      this.#work.add(peer.streams.all(), (stream) => peer.streams.prune(stream));
    }
  }

  #change(peer: Peer, isReachable: boolean): void {
    const { clock } = this.#parts;
    peer.isReachable = isReachable;
    peer.changedUs = clock.nowUs;
    this.#work.add(peer.streams.all(), (stream) => {
      if (stream.route === null) return;
      if (isCutOff(stream)) this.#cutOff.add(stream);
      else this.#cutOff.delete(stream);
      this.#tell(stream);
    });
  }

  /** The status of a topic may have changed. */
  #tell({ namespace: name, topic }: PeerStream): void {
    const namespace = this.#parts.namespaces.of(name);
    if (namespace !== undefined) this.#parts.freshness.onChange(namespace, topic);
  }

  /** Not in slices: the routes go as soon as the next run of the broker sends their topics. */
  #tellEnd(peer: Peer): void {
    if (peer.isEndTold) return;
    peer.isEndTold = true;
    const epochs = peer.streams.epochs();
    if (epochs.size > 0) this.#news.onStreamsEnded([...epochs]);
  }

  #forget(peer: Peer): void {
    this.#peers.delete(peer.id);
    this.forgottenCount += peer.reader.origin.publishedCount;
    this.forgottenBytes += peer.reader.origin.publishedBytes;
    this.#work.add(peer.streams.all(), ({ route }) => {
      if (route !== null) forgetPeerRoute(this.#parts.intake, route);
    });
  }
}

function closeFeed(peer: Peer): void {
  peer.outgoing?.close();
  peer.outgoing = null;
}

/** The newest message of its topic came from it, and its broker cannot be reached. */
const isCutOff = ({ route, topic, isReachable }: PeerStream): boolean =>
  !isReachable && route !== null && route.namespace.newest(topic) === route;

const shown = ({ id, hello }: Peer): string => `${hello.name} (${id})`;
