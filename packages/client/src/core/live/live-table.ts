import { namespaceOrDefault } from '@pulsemq/protocol';
import { type CallOptions, orAborted } from '../abort.js';
import { type Emitter, toError } from '../events.js';
import { badOption } from '../option-checks.js';
import type { ReceivedMessage } from '../received-message.js';
import type { SnapshotEnd } from '../snapshot-progress.js';
import type { Subscription } from '../subscription.js';
import type { Subscriptions } from '../subscriptions.js';
import type { TopicStatus } from '../topic-status.js';
import type { LiveRow } from './live-row.js';
import { LiveTopic, type RowShape } from './live-topic.js';

/** Options of a LiveTable. */
export interface LiveTableSettings {
  /**
   * A column whose value names a row: a message may then have many rows, and the table keeps the newest row of each topic and value.
   * Without it, the table has one row of each topic: the last row of its newest message.
   */
  readonly key?: string;
  /** Columns to keep. Default: all. */
  readonly columns?: readonly string[];
  /** Updates a second for each topic, 0.01 to 1000. Default: no limit; in a browser 10. */
  readonly maxRate?: number;
  /** Closes the table. */
  readonly signal?: AbortSignal;
}

/** Rows that have changed in one turn of the event loop. */
export interface LiveTableChange {
  /** Rows with new values, another status, or another `confirmed`. */
  readonly rows: readonly LiveRow[];
  /** Rows of topics that were deleted. */
  readonly removed: readonly LiveRow[];
}

/** Gets the changes of a LiveTable. */
export type LiveTableListener = (change: LiveTableChange) => void;

/** The newest row of each topic of a pattern, kept up to date: by a snapshot, live messages that may be conflated, and statuses. */
export class LiveTable {
  readonly namespace: string;
  readonly pattern: string;
  readonly #shape: RowShape;
  readonly #events: Emitter;
  readonly #topics = new Map<string, LiveTopic>();
  readonly #listeners = new Set<LiveTableListener>();
  readonly #changed = new Set<LiveRow>();
  readonly #removed = new Set<LiveRow>();
  readonly #onDisconnected = (): void => this.#unconfirm();
  #isScheduled = false;
  #subscription: Subscription | null = null;

  private constructor(namespace: string, pattern: string, shape: RowShape, events: Emitter) {
    this.namespace = namespace;
    this.pattern = pattern;
    this.#shape = shape;
    this.#events = events;
  }

  /** Subscribes, and resolves when the first snapshot has arrived. The client calls this. */
  static async open(
    subscriptions: Subscriptions,
    events: Emitter,
    namespace: string,
    pattern: string,
    settings: LiveTableSettings,
  ): Promise<LiveTable> {
    checkSettings(settings);
    const { key, columns, maxRate, signal } = settings;
    const table = new LiveTable(namespaceOrDefault(namespace), pattern, { key, columns }, events);
    events.on('disconnected', table.#onDisconnected);
    try {
      table.#subscription = await subscriptions.add(namespace, pattern, {
        snapshot: true,
        onSlow: 'conflate',
        onMessage: (message) => table.#take(message),
        onStatus: (status) => table.#takeStatus(status),
        ...(maxRate !== undefined && { maxRate }),
        ...(signal !== undefined && { signal }),
      });
      await orAborted(table.snapshotEnd, signal);
    } catch (error) {
      await table.close();
      throw error;
    }
    return table;
  }

  /** Number of rows. */
  get size(): number {
    let count = 0;
    for (const topic of this.#topics.values()) for (const _ of topic.rows()) count++;
    return count;
  }

  /** The end of the snapshot that is under way, or of the last one. After it, rows that are not `confirmed` are not at the broker. */
  get snapshotEnd(): Promise<SnapshotEnd> {
    return this.#subscription!.snapshotEnd;
  }

  /** Resolves when the updates end: with null after `close()`, else with the error that ended them. */
  get ended(): Promise<Error | null> {
    return this.#subscription!.ended;
  }

  /** True if the table does not change any more: it was closed, or the client has ended. */
  get isClosed(): boolean {
    return this.#subscription?.isClosed ?? false;
  }

  /** All rows, in the order in which their topics arrived. */
  rows(): LiveRow[] {
    return [...this.#topics.values()].flatMap((topic) => [...topic.rows()]);
  }

  /** The row of a topic, in a table with `key` the one with this value. */
  get(topic: string, key?: unknown): LiveRow | undefined {
    return this.#topics.get(topic)?.row(key);
  }

  /**
   * Adds a listener, which is called once for all changes of a turn. If it throws, the error goes to the client's event `error`. Throws
   * a PulseMQError `PMQ_BAD_OPTION` for another event.
   */
  on(name: 'change', listener: LiveTableListener): this {
    if (name !== 'change') throw badOption('event', name, 'change');
    if (typeof listener !== 'function') throw badOption('listener of change', listener, 'a function');
    this.#listeners.add(listener);
    return this;
  }

  /** Removes a listener. */
  off(_name: 'change', listener: LiveTableListener): this {
    this.#listeners.delete(listener);
    return this;
  }

  /** Stops the updates. The rows stay. Resolves when the broker has ended the subscription, or the connection is lost. */
  async close(options: CallOptions = {}): Promise<void> {
    this.#events.off('disconnected', this.#onDisconnected);
    await this.#subscription?.close(options);
  }

  /** Closes it at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #take(message: ReceivedMessage): void {
    for (const row of this.#topicOf(message.topic).take(message)) this.#changed.add(row);
    this.#schedule();
  }

  #takeStatus(status: TopicStatus): void {
    if (status.state === 'deleted') return this.#remove(status.topic);
    const topic = this.#topicOf(status.topic);
    topic.status = status;
    topic.ensureRow();
    this.#markChanged(topic);
  }

  #remove(name: string): void {
    const topic = this.#topics.get(name);
    if (topic === undefined) return;
    this.#topics.delete(name);
    for (const row of topic.rows()) {
      this.#changed.delete(row);
      this.#removed.add(row);
    }
    this.#schedule();
  }

  /** What is known may be out of date. The new connection sends images and statuses again. */
  #unconfirm(): void {
    if (this.isClosed) return this.#events.off('disconnected', this.#onDisconnected);
    for (const topic of this.#topics.values()) {
      topic.status = undefined;
      for (const row of topic.rows()) row.unconfirm();
      this.#markChanged(topic);
    }
  }

  #topicOf(name: string): LiveTopic {
    const known = this.#topics.get(name);
    if (known !== undefined) return known;
    const topic = new LiveTopic(this.namespace, name, this.#shape);
    this.#topics.set(name, topic);
    return topic;
  }

  #markChanged(topic: LiveTopic): void {
    for (const row of topic.rows()) this.#changed.add(row);
    this.#schedule();
  }

  /** In a microtask, so that the messages of one read are one change. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => this.#emit());
  }

  #emit(): void {
    this.#isScheduled = false;
    const change = { rows: [...this.#changed], removed: [...this.#removed] };
    this.#changed.clear();
    this.#removed.clear();
    if (change.rows.length === 0 && change.removed.length === 0) return;
    for (const listener of [...this.#listeners]) {
      try {
        listener(change);
      } catch (error) {
        this.#events.emit('error', toError(error));
      }
    }
  }
}

function checkSettings(settings: LiveTableSettings): void {
  if (typeof settings !== 'object' || settings === null) {
    throw badOption('settings', settings, 'an object such as { columns }');
  }
  const { key, columns } = settings;
  if (key !== undefined && (typeof key !== 'string' || key === '')) {
    throw badOption('key', key, 'the name of a column');
  }
  if (columns !== undefined && !(Array.isArray(columns) && columns.every((name) => typeof name === 'string'))) {
    throw badOption('columns', columns, 'an array of names');
  }
}
