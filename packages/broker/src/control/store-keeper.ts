import { hostname } from 'node:os';
import type { Guard } from '../guard.js';
import { AuditWriter } from './audit/audit-writer.js';
import type { ControlLimits } from './faults/control-limits.js';
import type { Logger } from './logging/logging.js';
import { copyBeforeMigration } from './store/backup/migration-copy.js';
import { StoreMirror } from './store/mirror/store-mirror.js';
import { withMirror } from './store/mirror/with-mirror.js';
import type { OpenedStore } from './store/opened-store.js';
import { PendingChanges } from './store/pending/pending-changes.js';
import { withPending } from './store/pending/with-pending.js';
import { openPostgres } from './store/postgres/open-postgres.js';
import { type Migrated, migratePython } from './store/python/migrate-python.js';
import { BrokerLock } from './store/sqlite/broker-lock.js';
import { openSqlite } from './store/sqlite/open-sqlite.js';
import type { Store } from './store/store.js';
import { StoreError } from './store/store-error.js';
import type { StoreProblem } from './store/store-health.js';
import type { StorePlace } from './store/store-place.js';
import { within } from './within.js';

/** How long the end of the broker waits for audit rows and changes that are not stored yet. */
const closeWaitMs = 500;

/** What the keeper needs of the control plane. */
export interface StoreKeeperParts {
  readonly log: Logger;
  readonly guard: Guard;
  readonly limits: ControlLimits;
}

/** What is open. */
interface Opened {
  readonly place: StorePlace;
  readonly lock: BrokerLock;
  readonly database: OpenedStore;
  readonly pending: PendingChanges;
  /** Rows as they were last read, where the database is a server that may be away. */
  readonly mirror: StoreMirror | null;
}

/**
 * The store of this broker, and what waits for it. Takes the lock of the database file, migrates a database of the Python package, logs when
 * the store fails and when it works again, and then has written what waited.
 */
export class StoreKeeper {
  /** With the changes that wait. */
  readonly store: Store;
  /** Without the changes that wait. */
  readonly database: OpenedStore;
  readonly mirror: StoreMirror | null;
  readonly place: StorePlace;
  readonly pending: PendingChanges;
  readonly audit: AuditWriter;
  readonly #parts: StoreKeeperParts;
  readonly #lock: BrokerLock;
  #flushing: Promise<void> | null = null;

  private constructor(parts: StoreKeeperParts, { place, lock, database, pending, mirror }: Opened) {
    this.#parts = parts;
    this.place = place;
    this.#lock = lock;
    this.database = database;
    this.mirror = mirror;
    this.pending = pending;
    this.store = withPending(database, pending);
    this.audit = new AuditWriter({ ...parts, store: this.store, health: database.health });
    database.health.onChange((now, before) => this.#logHealth(now, before));
  }

  /** Throws a StartupError. */
  static async open(place: StorePlace, parts: StoreKeeperParts): Promise<StoreKeeper> {
    const lock = BrokerLock.take(place.path);
    const mirror = place.driver === 'postgres' ? new StoreMirror() : null;
    let database: OpenedStore | null = null;
    try {
      database = await openDatabase(place, mirror, parts.log);
      // Brokers that share a database have a file each, whose changes are numbered by themselves.
      const owner = mirror === null ? undefined : `${hostname()}:${place.path}`;
      const pending = await PendingChanges.open(place.path, database, owner);
      return new StoreKeeper(parts, { place, lock, database, pending, mirror });
    } catch (error) {
      await database?.close();
      lock.release();
      throw error;
    }
  }

  /** Call once a second: tries a store that has failed, and writes what waits once it works. */
  onSecond(): void {
    const { guard } = this.#parts;
    if (this.database.health.problem !== null) void guard.runAsync('trying the store', () => this.database.probe());
    else if (this.pending.count > 0) void guard.runAsync('storing changes that waited', () => this.#flushPending());
  }

  /** Stores what waits. Throws a StoreError when that is not possible now. */
  async settle(): Promise<void> {
    if (this.audit.waitingCount > 0) await this.audit.flush();
    if (this.pending.count > 0) await this.#flushPending();
    if (this.pending.count === 0) return;
    const { problem } = this.database.health;
    throw new StoreError(problem?.code ?? 'STORE_FAILED', problem?.text ?? 'changes wait to be stored; try again');
  }

  /** Stores what waits, as far as that is possible soon, and closes the store. */
  async close(): Promise<void> {
    const { log } = this.#parts;
    if (this.pending.count > 0) await within(closeWaitMs, this.#flushPending());
    if (this.audit.waitingCount > 0) await within(closeWaitMs, this.audit.flush());
    if (this.audit.waitingCount > 0)
      log.error(`${this.audit.waitingCount} audit rows could not be stored and are lost`);
    if (this.pending.count > 0)
      log.warn(`${this.pending.count} changes wait in the file beside the database until the next start`);
    await this.pending.close();
    await within(closeWaitMs, this.database.close());
    this.#lock.release();
  }

  async #flushPending(): Promise<void> {
    this.#flushing ??= this.#storePending().finally(() => {
      this.#flushing = null;
    });
    await this.#flushing;
  }

  async #storePending(): Promise<void> {
    const { count } = this.pending;
    try {
      // Every transaction of this store begins with what waits.
      await this.store.transaction(async () => {});
      this.#parts.log.info(`${count} changes that waited are stored`);
    } catch (error) {
      // The health of the store has the cause, and the next second tries again.
      if (!(error instanceof StoreError)) throw error;
    }
  }

  #logHealth(now: StoreProblem | null, before: StoreProblem | null): void {
    const { log } = this.#parts;
    if (now !== null) {
      log.error(`the store cannot be written: ${now.text}; messages flow, changes wait or are refused`);
    } else if (before !== null) {
      const seconds = Math.round((performance.now() - before.sinceMs) / 1_000);
      log.info(`the store can be written again, after ${seconds} s`);
    }
  }
}

async function openDatabase(place: StorePlace, mirror: StoreMirror | null, log: Logger): Promise<OpenedStore> {
  if (place.driver === 'postgres') {
    const store = await openPostgres(place.url, place.broker);
    return mirror === null ? store : withMirror(store, mirror);
  }
  logMigration(log, await migratePython(place.path));
  const copiedTo = await copyBeforeMigration(place.path);
  if (copiedTo !== undefined) log.info(`the schema of the database changes; a copy from before is ${copiedTo}`);
  return openSqlite(place.path, (text) => log.error(text));
}

function logMigration(log: Logger, migrated: Migrated | undefined): void {
  if (migrated === undefined) return;
  const { keptAt, userCount, namespaceCount, topicCount, grantCount, withoutEffect } = migrated;
  log.info(
    `migrated a database of pulse-mq: ${userCount} users, ${namespaceCount} namespaces, ${topicCount} topics, ${grantCount} grants; the old file is kept as ${keptAt}`,
  );
  if (withoutEffect.length > 0) {
    log.warn(`migrated without effect, because they break the rules: ${withoutEffect.join(', ')}`);
  }
}
