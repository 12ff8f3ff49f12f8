import type { Guard } from '../../../guard.js';
import { Journal, type StartThread } from '../../../journal/journal.js';
import { namesOf } from '../../../journal/record.js';
import type { ReplayQuery } from '../../../journal/replay-query.js';
import type { JournalReplay } from '../../../journal/replays.js';
import type { Position } from '../../../journal/ring.js';
import type { JournalFigures, JournalSettings, RestoredHead, WriterEvent } from '../../../journal/thread-messages.js';
import type { EngineEvent } from '../../../port.js';
import type { JournalCounters } from '../../../port-journal.js';
import type { Clock } from '../../clock.js';
import type { Intake } from '../accept.js';
import type { Epochs } from '../epochs.js';
import type { Namespace } from '../namespace.js';
import type { NamespaceTable } from '../namespace-table.js';
import type { Route } from '../route.js';
import { JournalFeed } from './journal-feed.js';
import type { LastValues } from './last-values.js';
import { restoreValue } from './restore-value.js';

/** What the journal needs of the engine. */
export interface JournalSurroundings {
  readonly namespaces: NamespaceTable;
  readonly epochs: Epochs;
  readonly lastValues: LastValues;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly guard: Guard;
  emit(event: EngineEvent): void;
  /** Tells the operator. */
  report(text: string): void;
}

/**
 * The journal of an engine. It begins with the first namespace that keeps history; without one there is no thread, no ring and no file. At
 * the start of the broker it brings back where the topics stood, and their last values.
 */
export class JournalHost {
  readonly settings: JournalSettings;
  readonly #engine: JournalSurroundings;
  readonly #startThread: StartThread | undefined;
  #journal: Journal | null = null;
  /** When it was reported that it cannot be written, Unix microseconds; null while it can. */
  #suspendedUs: number | null = null;
  /** The topics that were there at the start of the broker have been restored. */
  #isRestored = false;
  /** Null while no namespace has kept history. */
  feed: JournalFeed | null = null;
  figures: JournalFigures | null = null;

  constructor(settings: JournalSettings, engine: JournalSurroundings, startThread: StartThread | undefined) {
    this.settings = settings;
    this.#engine = engine;
    this.#startThread = startThread;
  }

  /** What the journal has done, and what waits for it; null while no namespace has kept history. */
  get counters(): JournalCounters | null {
    return this.figures && { ...this.figures, waitingBytes: this.feed?.waitingBytes ?? 0 };
  }

  /** The thread that writes cannot store now: messages are delivered all the same. */
  get isSuspended(): boolean {
    return this.#journal !== null && (this.#journal.hasFailed || this.#journal.ring.isSuspended);
  }

  /** Replies to publishes wait until the message is durable. */
  get isSyncAwaited(): boolean {
    return this.settings.fsync === 'always';
  }

  /** Opens the journal at the start, before the ports, if a namespace keeps history. Throws when its files cannot be used. */
  async restore(): Promise<void> {
    const kept = [...this.#engine.namespaces.all()].filter(({ keepsHistory }) => keepsHistory);
    this.#isRestored = true;
    if (kept.length === 0) return;
    const heads: RestoredHead[] = [];
    const journal = this.#open(kept, (some) => heads.push(...some));
    for (const note of await openedOrThrow(journal, this.settings.folder)) this.#engine.report(note);
    for (const head of heads) this.#restoreTopic(head);
    for (const namespace of kept) this.#attach(namespace);
  }

  /** A namespace was set: it begins to keep history, or stops. */
  set(namespace: Namespace): void {
    if (!this.#isRestored || namespace.keepsHistory === (namespace.log !== null)) return;
    if (!namespace.keepsHistory) {
      namespace.log = null;
      return;
    }
    // Topics that are published to have their epochs already: what an earlier run stored is there to be read, and not restored.
    if (this.#journal === null) this.#open([], () => {});
    this.#attach(namespace);
  }

  /** Messages of a stream. Rejects when the journal cannot be read, or when there is none. */
  history(query: Parameters<Journal['history']>[0]): ReturnType<Journal['history']> {
    if (this.#journal === null) return Promise.reject(new Error('no namespace keeps history'));
    this.feed?.publish();
    return this.#journal.history(query);
  }

  /** Begins to read stored messages. Null while no namespace keeps history. */
  replay(query: ReplayQuery): JournalReplay | null {
    return this.#journal?.replay(query) ?? null;
  }

  /**
   * Where the journal stands after every message that was accepted so far: null where none is written, undefined while some of them wait for
   * room in the ring.
   */
  get position(): Position | null | undefined {
    const { feed } = this;
    // A thread that has ended passes no position.
    if (this.#journal === null || this.#journal.hasFailed || feed === null) return null;
    feed.publish();
    return feed.hasWaiting ? undefined : this.#journal.position;
  }

  /** Since when messages are not stored, Unix microseconds; null while they are. */
  get suspendedSinceUs(): number | null {
    return this.isSuspended ? (this.#suspendedUs ?? Date.now() * 1_000) : null;
  }

  /** Writes everything, and where the topics stand. No message may come after this. */
  async stop(): Promise<void> {
    const journal = this.#journal;
    if (journal === null) return;
    this.#journal = null;
    await this.feed?.flush();
    const heads = [...this.#engine.namespaces.all()]
      .filter(({ log }) => log !== null)
      .flatMap((namespace) => [...namespace.ownRoutes()])
      .map(({ namespace, topic, epoch, sequence, isRestored }) => {
        return { key: `${namespace.name}:${topic}`, epoch, sequence, goesOn: !isRestored };
      });
    await journal.stop(heads);
  }

  #open(kept: readonly Namespace[], heads: (heads: readonly RestoredHead[]) => void): Journal {
    const { clock, guard, intake } = this.#engine;
    const names = kept.filter(({ keepsLastValues }) => keepsLastValues).map(({ name }) => name);
    const event = (one: Parameters<JournalHost['onEvent']>[0]): void =>
      guard.run(`the event ${one.kind} of the journal`, () => this.onEvent(one));
    const journal = new Journal(this.settings, names, { heads, event }, this.#startThread);
    this.#journal = journal;
    this.feed = new JournalFeed(journal, clock, guard);
    intake.log = this.feed;
    return journal;
  }

  #attach(namespace: Namespace): void {
    namespace.log = this.feed;
    for (const route of namespace.ownRoutes()) if (!route.isRestored) this.feed!.name(route);
  }

  /** What the threads of the journal report. */
  onEvent(event: Exclude<WriterEvent, { kind: 'heads' | 'opened' | 'stopped' }>): void {
    switch (event.kind) {
      case 'settled':
        return this.feed?.settle(event.to, event.isStored);
      case 'suspended':
        if (this.#journal?.hasFailed === true) this.feed?.fail();
        this.#suspendedUs ??= Date.now() * 1_000;
        return this.#engine.report(`the journal is suspended, messages are delivered and not stored: ${event.reason}`);
      case 'resumed': {
        const { count, reason } = event.gap;
        this.#suspendedUs = null;
        return this.#engine.report(`the journal goes on; ${count} messages were not stored because of: ${reason}`);
      }
      case 'failed':
        return this.#engine.report(event.text);
      case 'figures':
        this.figures = event.figures;
        return;
      default:
        event satisfies never;
    }
  }

  /** A topic that the store does not know was deleted, or is so new that the store had not got it. */
  #restoreTopic({ key, epoch, sequence, goesOn, frames, receivedAtUs }: RestoredHead): void {
    const { namespaces, epochs, lastValues, emit } = this.#engine;
    const names = namesOf(key);
    const namespace = namespaces.of(names.namespace);
    if (namespace?.keepsHistory !== true || !namespace.topics.has(names.topic)) return;
    if (namespace.route(names.topic) !== undefined) return;
    const route = namespace.addRoute(epochs.nextRouteId(), names.topic, epoch);
    route.goOnFrom(sequence);
    route.isRestored = !goesOn;
    emit({ kind: 'routeOpened', route: route.id, namespace: namespace.name, topic: route.topic, epoch });
    if (frames !== null) restoreValue(lastValues, route, frames, receivedAtUs);
  }
}

/**
 * The first message of a topic after an unclean stop begins a new epoch: readers may have seen sequences of the old one that were not written
 * any more. Its last value goes, because it would be delivered under the new epoch.
 */
export function beginEpoch(route: Route, epoch: number, intake: Intake): void {
  intake.forgetValue(route);
  route.epoch = epoch;
  route.goOnFrom(0);
  route.isRestored = false;
}

async function openedOrThrow({ opened }: Journal, folder: string): Promise<readonly string[]> {
  try {
    return await opened;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw Object.assign(new Error(`journal.dir ${folder} cannot be used: ${text}`), { code: 'JOURNAL_FAILED' });
  }
}
