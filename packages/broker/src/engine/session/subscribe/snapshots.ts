import { MessageType, type SnapshotEndReason } from '@pulsemq/protocol';
import type { Guard } from '../../../guard.js';
import type { FanOut } from '../../fanout/fan-out.js';
import type { Intake } from '../../route/accept.js';
import type { Namespace } from '../../route/namespace.js';
import type { NamespaceTable } from '../../route/namespace-table.js';
import type { Lane } from '../lane.js';
import type { Session } from '../session.js';
import { ImagePage } from './image-page.js';
import { SnapshotJob } from './snapshot-job.js';
import { SnapshotPages } from './snapshot-pages.js';
import { ownMessage } from './ticket.js';

/** Time in one turn of the loop that all snapshots together may take. */
const budgetMs = 1;
/** Topics looked at between two looks at the clock. */
const strideCount = 64;

/**
 * Sends the last value of every matching topic to lanes that ask for it, in pages, a little in each turn. A lane joins its group first; a topic
 * accepted after that is left out, because its live message is on the way. Equal requests at the same place share a page.
 */
export class Snapshots {
  readonly #fanOut: FanOut;
  readonly #intake: Intake;
  readonly #namespaces: NamespaceTable;
  readonly #guard: Guard;
  readonly #jobs = new Set<SnapshotJob>();
  #isScheduled = false;
  readonly #schedule = (): void => this.#scheduleTurn();
  /** Where topics may be published on other brokers: calls `release` when their last values are here. Null where they are not. */
  hold: ((release: () => void) => void) | null = null;

  constructor(fanOut: FanOut, intake: Intake, namespaces: NamespaceTable, guard: Guard) {
    this.#fanOut = fanOut;
    this.#intake = intake;
    this.#namespaces = namespaces;
    this.#guard = guard;
  }

  /** Asks for the images of a subscription. They begin when the lane has its place. */
  request(lane: Lane<Session>, namespace: string, pattern: string, request: number): void {
    this.end(lane, namespace, pattern, 'replaced');
    this.#jobs.add(new SnapshotJob(lane, this.#namespaces.ofOrNew(namespace), pattern, request));
  }

  /** Ends the snapshot of a subscription early. */
  end(lane: Lane<Session>, namespace: string, pattern: string, reason: SnapshotEndReason): void {
    for (const job of this.#jobs) {
      if (job.lane === lane && job.namespace.name === namespace && job.pattern === pattern) this.#finish(job, reason);
    }
  }

  /** A lane has its place: its snapshots begin, or end where the right is gone. */
  placed(lane: Lane<Session>): void {
    for (const job of this.#jobs) {
      if (job.lane !== lane) continue;
      if (!job.isEntitled) this.#finish(job, 'revoked');
      else if (!job.hasBegun) this.#begin(job);
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

  #begin(job: SnapshotJob): void {
    job.begin(this.#intake.publishedCount);
    job.namespace.snapshotCount++;
    job.lane.subscriber?.subscriber.watchRoom(this, this.#schedule);
    job.lane.subscriber?.subscriber.watchDrops(true);
    if (this.hold !== null) this.#hold(job, this.hold);
    this.#scheduleTurn();
  }

  #hold(job: SnapshotJob, hold: (release: () => void) => void): void {
    job.isHeld = true;
    hold(() => {
      job.isHeld = false;
      // Topics that have come meanwhile are at the end of the list.
      job.limit = job.namespace.routeEnd;
      this.#scheduleTurn();
    });
  }

  #scheduleTurn(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#guard.run('a page of a snapshot', () => this.#turn()));
  }

  #turn(): void {
    this.#isScheduled = false;
    const untilMs = performance.now() + budgetMs;
    for (const job of [...this.#jobs]) this.#tryEnd(job);
    for (const jobs of this.#readyJobs().values()) {
      this.#page(jobs, untilMs);
      this.#moveBack(jobs);
      if (performance.now() > untilMs) return this.#scheduleTurn();
    }
    if ([...this.#jobs].some(needsTurn)) this.#scheduleTurn();
  }

  /** The others come first in the next turn. */
  #moveBack(jobs: readonly SnapshotJob[]): void {
    for (const job of jobs) if (this.#jobs.delete(job)) this.#jobs.add(job);
  }

  /** Jobs that can go on, those at the same place of the same request together. */
  #readyJobs(): Map<string, SnapshotJob[]> {
    const ready = new Map<string, SnapshotJob[]>();
    for (const job of this.#jobs) {
      if (!canGoOn(job)) continue;
      const key = `${job.namespace.name} ${job.pattern} ${job.position}`;
      const together = ready.get(key);
      if (together === undefined) ready.set(key, [job]);
      else together.push(job);
    }
    return ready;
  }

  /** Sends the next images of jobs at the same place. */
  #page(jobs: readonly SnapshotJob[], untilMs: number): void {
    const [first] = jobs as [SnapshotJob];
    const pages = new SnapshotPages(jobs, this.#fanOut.memory);
    const end = Math.max(...jobs.map(({ limit }) => limit));
    let at = first.position;
    for (; at < end; at++) {
      if (at % strideCount === 0 && performance.now() > untilMs) break;
      const route = first.namespace.routeAt(at);
      if (route !== null && first.matches(route.topic) && !pages.add(route)) break;
    }
    pages.deliver();
    for (const job of jobs) job.position = at;
  }

  /** Ends a job that is through when everything accepted before has been queued for its lane. */
  #tryEnd(job: SnapshotJob): void {
    if (!job.hasBegun || !job.isThrough || job.readySubscriber === null) return;
    if (job.endNotBeforeMs === 0 && job.waitsForTick) {
      // Values of a paced lane that were accepted until now are delivered with the next tick.
      const periodMs = 1_000 / job.lane.policy.maxRate!;
      job.endNotBeforeMs = performance.now() + periodMs;
      setTimeout(this.#schedule, periodMs + 1);
    }
    if (performance.now() < job.endNotBeforeMs) return;
    job.resends ??= this.#droppedTopics(job);
    if (job.resends.length > 0) this.#resendDropped(job, job.resends);
    else this.#finish(job, 'complete');
  }

  /** Topics of which the policy has dropped a live message since the snapshot began, with the sequence of the newest. */
  #droppedTopics(job: SnapshotJob): [topic: string, sequence: number][] {
    const found: [string, number][] = [];
    for (const [key, sequence] of job.readySubscriber!.droppedSequences()) {
      const colon = key.indexOf(':');
      const topic = key.slice(colon + 1);
      if (key.slice(0, colon) === job.namespace.name && job.matches(topic)) found.push([topic, sequence]);
    }
    return found;
  }

  /** Sends images in place of live messages that the policy dropped, a page at a time, unless a newer message is on its way. */
  #resendDropped(job: SnapshotJob, resends: [topic: string, sequence: number][]): void {
    const page = new ImagePage(this.#fanOut.memory);
    for (let last = resends.at(-1); last !== undefined; last = resends.at(-1)) {
      const route = job.namespace.newest(last[0]);
      const value = route?.sequence === last[1] ? route.value : null;
      if (route !== undefined && value !== null) {
        if (!page.hasRoomFor(route, value)) break;
        page.add(route, value);
        job.imageCount++;
      }
      resends.pop();
    }
    page.deliverTo([job.readySubscriber!]);
    this.#scheduleTurn();
  }

  #finish(job: SnapshotJob, reason: SnapshotEndReason): void {
    const bound = job.lane.subscriber;
    if (bound !== null) {
      const body = { request: job.request, count: job.imageCount, left_out: job.leftOutCount, reason };
      const names = { namespace: job.namespace.name, topic: job.pattern };
      const { nowMs } = this.#fanOut.clock;
      bound.subscriber.deliverOwn(ownMessage(bound.boundKey, MessageType.snapshotEnd, body, nowMs, names), true);
    }
    this.#drop(job);
  }

  #drop(job: SnapshotJob): void {
    this.#jobs.delete(job);
    if (job.hasBegun) job.namespace.snapshotCount--;
    for (const other of this.#jobs) if (other.lane === job.lane) return;
    job.lane.subscriber?.subscriber.unwatchRoom(this);
    job.lane.subscriber?.subscriber.watchDrops(false);
  }
}

/** It has more to send, and its lane has room. */
const canGoOn = (job: SnapshotJob): boolean =>
  job.hasBegun && !job.isHeld && !job.isThrough && job.readySubscriber !== null;

/** It can go on or end now. A paced lane has a timer of its own for its end. */
const needsTurn = (job: SnapshotJob): boolean =>
  job.hasBegun &&
  !job.isHeld &&
  job.readySubscriber !== null &&
  (!job.isThrough || performance.now() >= job.endNotBeforeMs);
