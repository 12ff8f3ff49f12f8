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
import { ownMessage } from './ticket.js';

/** Time in one turn of the loop that all snapshots together may take. */
const budgetMs = 1;
/** Bytes of images that are sent at once. */
const pageBytes = 65_536;
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
    this.#scheduleTurn();
  }

  #scheduleTurn(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#guard.run('a page of a snapshot', () => this.#turn()));
  }

  #turn(): void {
    this.#isScheduled = false;
    const untilMs = performance.now() + budgetMs;
    for (const jobs of this.#readyJobs().values()) {
      this.#page(jobs, untilMs);
      if (performance.now() > untilMs) return this.#scheduleTurn();
    }
    for (const job of this.#jobs) this.#tryEnd(job);
    if (this.#readyJobs().size > 0) this.#scheduleTurn();
  }

  /** Jobs that can go on, those at the same place of the same request together. */
  #readyJobs(): Map<string, SnapshotJob[]> {
    const ready = new Map<string, SnapshotJob[]>();
    for (const job of this.#jobs) {
      if (!job.hasBegun || job.isThrough || job.readySubscriber === null) continue;
      const key = `${job.namespace.name} ${job.pattern} ${job.position}`;
      const together = ready.get(key);
      if (together === undefined) ready.set(key, [job]);
      else together.push(job);
    }
    return ready;
  }

  /** Sends the next images of jobs at the same place. */
  #page(jobs: readonly SnapshotJob[], untilMs: number): void {
    const { memory } = this.#fanOut;
    const { namespace } = jobs[0]!;
    const shared = new ImagePage(memory);
    const own = new Map<SnapshotJob, ImagePage>();
    const leastMark = Math.min(...jobs.map(({ mark }) => mark));
    const end = Math.max(...jobs.map(({ limit }) => limit));
    let at = jobs[0]!.position;
    for (; at < end && shared.bytes < pageBytes; at++) {
      if (at % strideCount === 0 && performance.now() > untilMs) break;
      const route = namespace.routeAt(at);
      if (route === null || !jobs[0]!.matches(route.topic)) continue;
      const { value, acceptNumber } = route;
      for (const job of jobs) {
        if (acceptNumber > job.mark) continue;
        if (value === null) job.leftOutCount += Number(route.isLeftOut);
        else job.imageCount++;
      }
      if (value === null) continue;
      if (acceptNumber <= leastMark) shared.add(route, value);
      else for (const job of jobs) if (acceptNumber <= job.mark) pageOf(own, job, memory).add(route, value);
    }
    shared.deliverTo(jobs.map((job) => job.readySubscriber!));
    for (const [job, page] of own) page.deliverTo([job.readySubscriber ?? job.lane.subscriber!.subscriber]);
    for (const job of jobs) job.position = at;
  }

  /** Ends a job that is through when everything accepted before has been queued for its lane. */
  #tryEnd(job: SnapshotJob): void {
    if (!job.hasBegun || !job.isThrough || job.readySubscriber === null) return;
    const { maxRate } = job.lane.policy;
    if (maxRate !== null && job.endNotBeforeMs === 0) {
      // Values of a paced lane that were accepted until now are delivered with the next tick.
      job.endNotBeforeMs = performance.now() + 1_000 / maxRate;
      setTimeout(this.#schedule, 1_000 / maxRate + 1);
    }
    if (performance.now() < job.endNotBeforeMs) return;
    this.#resendDropped(job);
    this.#finish(job, 'complete');
  }

  /** A live message that the policy dropped is replaced by an image, unless a newer one is on its way. */
  #resendDropped(job: SnapshotJob): void {
    const subscriber = job.readySubscriber!;
    const page = new ImagePage(this.#fanOut.memory);
    for (const [key, sequence] of subscriber.droppedSequences()) {
      const colon = key.indexOf(':');
      if (key.slice(0, colon) !== job.namespace.name || !job.matches(key.slice(colon + 1))) continue;
      const route = job.namespace.route(key.slice(colon + 1));
      if (route?.value == null || route.sequence !== sequence) continue;
      page.add(route, route.value);
      job.imageCount++;
    }
    page.deliverTo([subscriber]);
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

function pageOf(pages: Map<SnapshotJob, ImagePage>, job: SnapshotJob, memory: FanOut['memory']): ImagePage {
  let page = pages.get(job);
  if (page === undefined) {
    page = new ImagePage(memory);
    pages.set(job, page);
  }
  return page;
}
