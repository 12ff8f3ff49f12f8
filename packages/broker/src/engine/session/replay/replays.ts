import { MessageType, type ReplayEndReason, type ReplayOptions } from '@pulsemq/protocol';
import type { Guard } from '../../../guard.js';
import type { ReplayPage } from '../../../journal/replay-query.js';
import type { FanOut } from '../../fanout/fan-out.js';
import type { JournalHost } from '../../route/memory/journal-host.js';
import type { Namespace } from '../../route/namespace.js';
import type { Lane, Subscription } from '../lane.js';
import type { Session } from '../session.js';
import type { Placement } from '../subscribe/placement.js';
import { ownMessage } from '../subscribe/ticket.js';
import { missingOf, ReplayJob } from './replay-job.js';
import { ReplayPace } from './replay-pace.js';
import { queryOf } from './replay-query-of.js';
import { sendDue } from './send-due.js';

/** Time in one turn of the loop that all replays together may take. */
const budgetMs = 1;
/** How often it is looked whether messages that wait for room in the ring of the journal have found it. */
const ringCheckMs = 1;
/** A timer is set for at most this time: the longest that JavaScript has is 24 days. */
const timerMaxMs = 60_000;
/** Live messages that may wait while a replay that follows sends what came before them. Past it, it reads them from the journal. */
const heldMaxBytes = 4 * 1_048_576;

/**
 * Sends stored messages to lanes that ask for them, at the pace of their readers: a page in each turn, while the lane has room. Pages are read by
 * a thread of the journal, one ahead. One that follows joins the live messages when it has read everything: they wait until what was accepted
 * before them is sent, and what is in both goes out once.
 */
export class Replays {
  readonly #fanOut: FanOut;
  readonly #journal: JournalHost | null;
  readonly #placement: Placement;
  readonly #guard: Guard;
  readonly #jobs = new Set<ReplayJob>();
  #isScheduled = false;
  readonly #schedule = (): void => this.#scheduleTurn();

  constructor(fanOut: FanOut, journal: JournalHost | null, placement: Placement, guard: Guard) {
    this.#fanOut = fanOut;
    this.#journal = journal;
    this.#placement = placement;
    this.#guard = guard;
  }

  /** Replays that run. */
  get count(): number {
    return this.#jobs.size;
  }

  /** Replays of a user that run. */
  countOf(userId: number): number {
    let count = 0;
    for (const { lane } of this.#jobs) if (lane.session.user.id === userId) count++;
    return count;
  }

  isRunning(lane: Lane<Session>): boolean {
    return this.#jobOf(lane) !== undefined;
  }

  /** Begins a replay when its lane is bound. One of the same subscription that runs ends as replaced. */
  request(
    lane: Lane<Session>,
    namespace: Namespace,
    subscription: Subscription,
    { request, replay }: { readonly request: number; readonly replay: ReplayOptions },
  ): void {
    this.end(lane, 'replaced');
    const { speed = 'full', follow: follows = false } = replay;
    const query = queryOf(namespace.name, subscription.pattern, replay, this.#fanOut.clock.nowUs);
    const source = this.#journal?.replay(query) ?? null;
    if (source === null) throw new Error('the broker has no journal to replay from');
    const pace = speed === 'full' ? null : new ReplayPace(speed);
    this.#jobs.add(new ReplayJob({ lane, namespace, subscription, request, follows, pace, source }));
  }

  /** Ends the replay of a lane early. */
  end(lane: Lane<Session>, reason: ReplayEndReason): void {
    const job = this.#jobOf(lane);
    if (job !== undefined) this.#finish(job, reason);
  }

  /** A lane has its place: its replay begins, or ends where the right is gone. */
  placed(lane: Lane<Session>): void {
    const job = this.#jobOf(lane);
    if (job === undefined) return;
    if (!job.isEntitled) this.#finish(job, 'revoked');
    else if (job.bound === null) this.#begin(job);
    else if (lane.subscriber !== job.bound) {
      this.#finish(job, 'failed', 'the lane was bound to another connection; ask for the replay again');
    }
  }

  /** A namespace is deleted. */
  namespaceRemoved(namespace: Namespace): void {
    for (const job of this.#jobs) if (job.namespace === namespace) this.#finish(job, 'deleted');
  }

  /** A session has ended, and its lanes with it. */
  sessionEnded(session: Session): void {
    for (const job of this.#jobs) if (job.lane.session === session) this.#drop(job);
  }

  /** The broker ends: readers go on at their places when it is back. */
  stop(): void {
    for (const job of this.#jobs) this.#drop(job);
  }

  /** Drops replays whose connection is gone. Call about once a second. */
  sweep(): void {
    for (const job of this.#jobs) if (job.bound !== null && job.lane.subscriber === null) this.#drop(job);
  }

  #jobOf(lane: Lane<Session>): ReplayJob | undefined {
    for (const job of this.#jobs) if (job.lane === lane) return job;
    return undefined;
  }

  #begin(job: ReplayJob): void {
    job.bound = job.lane.subscriber;
    if (job.bound === null) return;
    job.bound.subscriber.watchRoom(job, this.#schedule);
    // What comes before this on the lane is of an earlier replay.
    this.#tell(job, MessageType.replayPlace, { request: job.request, place: null, removed_until_us: null, gaps: [] });
    this.#scheduleTurn();
  }

  #scheduleTurn(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#guard.run('a page of a replay', () => this.#turn()));
  }

  #turn(): void {
    this.#isScheduled = false;
    const untilMs = performance.now() + budgetMs;
    for (const job of [...this.#jobs]) {
      if (job.bound === null || !this.#jobs.has(job)) continue;
      if (this.#advance(job)) this.#scheduleTurn();
      if (performance.now() < untilMs) continue;
      // The others come first in the next turn.
      if (this.#jobs.delete(job)) this.#jobs.add(job);
      return this.#scheduleTurn();
    }
  }

  /** Sends what is due, and reads on. True when there is more to do at once. */
  #advance(job: ReplayJob): boolean {
    if (job.namespace.log === null) {
      this.#finish(job, 'failed', `namespace ${job.namespace.name} does not keep history any more`);
      return false;
    }
    if (job.isJoined && job.bound!.subscriber.isHeldOverflown) this.#unjoin(job);
    const isSent = this.#send(job);
    this.#read(job);
    if (job.isThrough && job.readySubscriber !== null) this.#atEnd(job);
    return isSent && job.pages.length > 0 && job.readySubscriber !== null;
  }

  /** Sends what is due of the first page. True when that was all of it. */
  #send(job: ReplayJob): boolean {
    const [lease] = job.pages;
    const subscriber = job.readySubscriber;
    if (lease === undefined || subscriber === null) return false;
    const { nowUs } = this.#fanOut.clock;
    const waitMs = sendDue(job, lease, subscriber, nowUs);
    if (waitMs > 0) {
      this.#wakeLater(job, waitMs);
      return false;
    }
    job.pages.shift();
    this.#sendPlace(job, lease.page);
    return true;
  }

  #sendPlace(job: ReplayJob, page: ReplayPage): void {
    if (page.place === null) return;
    this.#tell(job, MessageType.replayPlace, { request: job.request, place: page.place, ...missingOf(page) });
  }

  #read(job: ReplayJob): void {
    if (!job.wantsPage) return;
    if (job.position === undefined) job.position = this.#journal!.position;
    const { position } = job;
    if (position === undefined) return this.#wakeLater(job, ringCheckMs);
    job.isReading = true;
    job.source.next({ position, wantsHeads: job.isJoined }).then(
      (page) => this.#guard.run('a page of the journal', () => this.#onPage(job, page)),
      (error: Error) => this.#guard.run('a page of the journal', () => this.#onFailure(job, error.message)),
    );
  }

  #onPage(job: ReplayJob, page: ReplayPage): void {
    job.isReading = false;
    if (!this.#jobs.has(job)) return;
    if (page.problem !== null) return this.#onFailure(job, page.problem);
    if (page.isPassed) job.take(page);
    // A thread that has ended passes no position.
    else if (this.#journal!.position === null) job.position = null;
    // The thread goes on at once, not when a turn has sent what it has read.
    this.#read(job);
    this.#scheduleTurn();
  }

  #onFailure(job: ReplayJob, problem: string): void {
    if (this.#jobs.has(job)) this.#finish(job, 'failed', problem);
  }

  /** Everything that is stored was sent. */
  #atEnd(job: ReplayJob): void {
    if (!job.follows) this.#finish(job, 'complete');
    else if (!job.isJoined) this.#join(job);
    else if (job.bound!.subscriber.heldFits()) this.#finish(job, 'live');
    else this.#unjoin(job);
  }

  /** Live messages wait from now on. What was accepted before is read up to here. */
  #join(job: ReplayJob): void {
    const position = this.#journal!.position;
    if (position === undefined) return this.#wakeLater(job, ringCheckMs);
    job.isJoined = true;
    job.isReadToEnd = false;
    job.position = position;
    job.bound!.subscriber.holdLive(heldMaxBytes);
    this.#setLive(job, true);
    this.#scheduleTurn();
  }

  /** Too many live messages came while it sent what came before them. It reads on, and joins again at the end. */
  #unjoin(job: ReplayJob): void {
    this.#setLive(job, false);
    job.bound!.subscriber.dropHeld('outboxBytes');
    job.unjoin();
    this.#scheduleTurn();
  }

  #setLive({ lane, subscription }: ReplayJob, isLive: boolean): void {
    subscription.isLive = isLive;
    this.#placement.markSession(lane.session);
    this.#placement.apply();
  }

  #finish(job: ReplayJob, reason: ReplayEndReason, problem: string | null = null): void {
    const { request, count, removedUntilUs } = job;
    const isLive = reason === 'live';
    const sinceUs = isLive || reason === 'complete' ? (this.#journal?.suspendedSinceUs ?? null) : null;
    const gaps = sinceUs === null ? job.gaps : [...job.gaps, { from_us: sinceUs, to_us: null }];
    const body = { request, reason, count, removed_until_us: removedUntilUs, gaps, problem };
    this.#jobs.delete(job);
    this.#tell(job, MessageType.replayEnd, body);
    if (isLive) job.bound!.subscriber.releaseHeld(job.had);
    this.#drop(job, isLive);
  }

  /** Lets go of everything that belongs to a replay. */
  #drop(job: ReplayJob, isLive = false): void {
    this.#jobs.delete(job);
    job.close();
    const subscriber = job.bound?.subscriber;
    subscriber?.unwatchRoom(job);
    if (!job.isJoined || isLive) return;
    this.#setLive(job, false);
    subscriber?.dropHeld('atClose');
  }

  /** Sends a message of the broker's own to the lane, if it is bound. */
  #tell({ lane, namespace, subscription }: ReplayJob, type: MessageType, body: object): void {
    const bound = lane.subscriber;
    if (bound === null) return;
    const names = { namespace: namespace.name, topic: subscription.pattern };
    const { nowMs } = this.#fanOut.clock;
    bound.subscriber.deliverOwn(ownMessage(bound.boundKey, type, body, nowMs, names), true);
  }

  #wakeLater(job: ReplayJob, waitMs: number): void {
    if (job.timer !== null) clearTimeout(job.timer);
    job.timer = setTimeout(this.#schedule, Math.min(waitMs, timerMaxMs));
  }
}
