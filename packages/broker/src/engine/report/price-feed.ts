import { matchPattern } from '@pulsemq/protocol';
import type { EngineCommand } from '../../port.js';
import type { Namespace } from '../route/namespace.js';
import type { Route } from '../route/route.js';
import type { PricePiece } from './price-piece.js';

/** Topics looked at between two looks at the clock. */
const strideCount = 64;
/** How often topics past the limit are looked for again: some may have been deleted, and others may have left room. */
const rescanMs = 10_000;

/** A topic of a feed. */
interface FeedTopic {
  readonly route: Route;
  /** Messages of the topic that were covered by what was last taken of it; -1 before the first. */
  coveredCount: number;
  /** Its value is too large, or the broker has no room for it. */
  isLeftOut: boolean;
}

/**
 * The newest values of the topics that match a pattern. It does not stand in the way of messages, as a member of an interest group does: it walks
 * over its topics at its rate and takes the values that have changed. So it costs the same at 10 and at 100,000 messages a second, no account of
 * subscribers knows it, and where the control plane is slow the next walk comes later.
 */
export class PriceFeed {
  readonly id: number;
  isWalking = false;
  /** What it reported last has been taken. */
  isTaken = true;
  /** All values that were there at the opening have been reported. */
  isOpened = false;
  /** When the next walk begins, milliseconds of the monotonic clock. */
  dueMs = 0;
  readonly #periodMs: number;
  readonly #namespace: Namespace;
  readonly #pattern: string;
  readonly #maxTopics: number;
  readonly #topics: FeedTopic[] = [];
  readonly #known = new Set<Route>();
  /** Place of the walk among its topics, and in the list of the namespace behind which new topics stand. */
  #at = 0;
  #scanAt = 0;
  #compactionCount: number;
  #pastLimitCount = 0;
  #leftOutTopicCount = 0;
  #scannedMs = 0;

  constructor(command: Extract<EngineCommand, { kind: 'pricesOpen' }>, namespace: Namespace) {
    this.id = command.feed;
    this.#periodMs = 1_000 / command.maxRate;
    this.#namespace = namespace;
    this.#pattern = command.pattern;
    this.#maxTopics = command.maxTopics;
    this.#compactionCount = namespace.compactionCount;
  }

  /** Matching topics that it does not report. */
  get leftOutCount(): number {
    return this.#pastLimitCount + this.#leftOutTopicCount;
  }

  begin(nowMs: number): void {
    this.isWalking = true;
    this.dueMs = nowMs + this.#periodMs;
    this.#at = 0;
    const isMoved = this.#compactionCount !== this.#namespace.compactionCount;
    const isOld = this.#pastLimitCount > 0 && nowMs - this.#scannedMs > rescanMs;
    if (isMoved || isOld) this.#rescan();
    if (this.#scanAt === 0) this.#scannedMs = nowMs;
  }

  /** Goes on until the time is over or the piece is full. True when all topics have been looked at. */
  walk(untilMs: number, piece: PricePiece): boolean {
    for (let count = 1; !piece.isFull; count++) {
      if (this.#at < this.#topics.length) this.#visit(piece);
      else if (this.#scanAt < this.#namespace.routeEnd) this.#scan();
      else return true;
      if (count % strideCount === 0 && performance.now() > untilMs) return false;
    }
    return false;
  }

  #visit(piece: PricePiece): void {
    const topic = this.#topics[this.#at]!;
    const { route } = topic;
    if (this.#namespace.routeAt(route.listIndex) !== route) return this.#remove(topic);
    this.#at++;
    const { publishedCount } = route;
    if (topic.coveredCount === publishedCount) return;
    // Another broker has sent a newer value of this topic.
    if (this.#namespace.isOutdated(route)) return;
    const updateCount = topic.coveredCount < 0 ? 1 : publishedCount - topic.coveredCount;
    topic.coveredCount = publishedCount;
    this.#setLeftOut(topic, !piece.add(route, updateCount) && (route.value !== null || route.isLeftOut));
  }

  /** Looks at one topic of the namespace that is not known. */
  #scan(): void {
    const route = this.#namespace.routeAt(this.#scanAt++);
    if (route === null || this.#known.has(route)) return;
    if (this.#pattern !== '>' && !matchPattern(this.#pattern, route.topic)) return;
    if (this.#topics.length >= this.#maxTopics) {
      this.#pastLimitCount++;
      return;
    }
    this.#known.add(route);
    this.#topics.push({ route, coveredCount: -1, isLeftOut: false });
  }

  /** The topic was deleted: the last one takes its place. */
  #remove(topic: FeedTopic): void {
    this.#setLeftOut(topic, false);
    this.#known.delete(topic.route);
    const last = this.#topics.pop()!;
    if (last !== topic) this.#topics[this.#at] = last;
    // There is room for one of those past the limit.
    if (this.#pastLimitCount > 0) this.#rescan();
  }

  #rescan(): void {
    this.#scanAt = 0;
    this.#pastLimitCount = 0;
    this.#compactionCount = this.#namespace.compactionCount;
  }

  #setLeftOut(topic: FeedTopic, isLeftOut: boolean): void {
    if (topic.isLeftOut === isLeftOut) return;
    topic.isLeftOut = isLeftOut;
    this.#leftOutTopicCount += isLeftOut ? 1 : -1;
  }
}
