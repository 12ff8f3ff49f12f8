import type { EngineCommand, EngineEvent } from '../../port.js';
import type { Interest } from '../route/interest.js';
import type { InterestListener } from '../route/interest-table.js';
import { allTopics } from '../route/prefix-set.js';
import type { EngineCore } from '../session/core.js';
import { PriceFeed } from './price-feed.js';
import { PricePiece } from './price-piece.js';

/** Time in one turn of the loop that all feeds together may take. */
const budgetMs = 1;
/** How often it is asked which walks are due. */
const tickMs = 25;

/** A feed, and what was reported of it last. */
interface OpenFeed {
  readonly feed: PriceFeed;
  readonly interest: Interest;
  reportedLeftOutCount: number;
}

/**
 * All open price feeds. A feed reports a piece, and goes on when the control plane has taken it: nothing piles up between the planes. Walks are
 * done in slices of a millisecond, ticks go on between.
 */
export class PriceFeeds {
  readonly #core: Pick<EngineCore, 'namespaces' | 'lastValues' | 'guard'>;
  readonly #emit: (event: EngineEvent) => void;
  readonly #open = new Map<number, OpenFeed>();
  readonly #piece = new PricePiece();
  /** Takes note of what feeds want, where other brokers publish it; null where there are none. */
  listener: InterestListener | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isScheduled = false;

  constructor(core: Pick<EngineCore, 'namespaces' | 'lastValues' | 'guard'>, emit: (event: EngineEvent) => void) {
    this.#core = core;
    this.#emit = emit;
  }

  open(command: Extract<EngineCommand, { kind: 'pricesOpen' }>): void {
    const feed = new PriceFeed(command, this.#core.namespaces.ofOrNew(command.namespace));
    const { namespace, pattern } = command;
    const interest = { namespace, pattern, prefixes: allTopics };
    this.#open.set(command.feed, { feed, interest, reportedLeftOutCount: 0 });
    this.listener?.appeared(interest);
    this.#timer ??= setInterval(() => this.#core.guard.run('the clock of price feeds', () => this.#tick()), tickMs);
    this.#tick();
  }

  /** The control plane has taken what this feed reported. */
  taken(id: number): void {
    const one = this.#open.get(id);
    if (one === undefined) return;
    one.feed.isTaken = true;
    if (one.feed.isWalking) this.#schedule();
  }

  close(id: number): void {
    const closed = this.#open.get(id);
    if (closed === undefined) return;
    this.listener?.gone(closed.interest);
    this.#open.delete(id);
    if (this.#open.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  closeAll(): void {
    for (const id of [...this.#open.keys()]) this.close(id);
  }

  #tick(): void {
    const nowMs = performance.now();
    for (const { feed } of this.#open.values()) {
      if (feed.isWalking || !feed.isTaken || nowMs < feed.dueMs) continue;
      feed.begin(nowMs);
      this.#schedule();
    }
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#core.guard.run('a walk of price feeds', () => this.#turn()));
  }

  #turn(): void {
    this.#isScheduled = false;
    // What the present read has brought is not copied yet.
    this.#core.lastValues.settle();
    const untilMs = performance.now() + budgetMs;
    for (const one of [...this.#open.values()]) {
      if (!canGoOn(one)) continue;
      this.#goOn(one, untilMs);
      if (performance.now() > untilMs) break;
    }
    if ([...this.#open.values()].some(canGoOn)) this.#schedule();
  }

  #goOn(one: OpenFeed, untilMs: number): void {
    const { feed } = one;
    const isThrough = feed.walk(untilMs, this.#piece);
    const isFirst = isThrough && !feed.isOpened;
    if (isThrough) {
      feed.isWalking = false;
      feed.isOpened = true;
    }
    const messages = this.#piece.take();
    const { leftOutCount } = feed;
    const isNews = messages.length > 0 || isFirst || (isThrough && leftOutCount !== one.reportedLeftOutCount);
    if (!isNews) return;
    if (isThrough) one.reportedLeftOutCount = leftOutCount;
    feed.isTaken = false;
    const { reportedLeftOutCount } = one;
    this.#emit({
      kind: 'prices',
      feed: feed.id,
      messages,
      leftOutCount: reportedLeftOutCount,
      isOpened: feed.isOpened,
    });
    // A feed that was reported last begins last: none keeps the others from their time.
    this.#open.delete(feed.id);
    this.#open.set(feed.id, one);
  }
}

const canGoOn = ({ feed }: OpenFeed): boolean => feed.isWalking && feed.isTaken;
