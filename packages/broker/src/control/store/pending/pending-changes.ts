import type { AuditEntry, GrantRow, NamespaceRow, UserRow } from '../rows.js';
import type { Store } from '../store.js';
import { type PendingChange, type PendingRecord, storeChange } from './pending-change.js';
import { PendingFile } from './pending-file.js';

/** Setting with the number of the last change that is stored. */
export const pendingSettingKey = 'pending_changes_stored';

/** The file of changes that wait, by the path of the database. */
export const pendingPath = (databasePath: string): string => `${databasePath}.pending`;

/** Changes that took rights away and are not stored yet. Reads of the store show them as made. */
export class PendingChanges {
  readonly #file: PendingFile;
  readonly #settingKey: string;
  #waiting: PendingRecord[];
  #lastNumber: number;

  private constructor(file: PendingFile, settingKey: string, waiting: PendingRecord[], lastNumber: number) {
    this.#file = file;
    this.#settingKey = settingKey;
    this.#waiting = waiting;
    this.#lastNumber = lastNumber;
  }

  /**
   * Reads the changes that an earlier run could not store, from the file `path` with `.pending` behind it. `owner`: whose file it is, where
   * several brokers share the database; each counts its own changes.
   */
  static async open(path: string, store: Store, owner?: string): Promise<PendingChanges> {
    const settingKey = owner === undefined ? pendingSettingKey : `${pendingSettingKey}:${owner}`;
    const { file, records } = await PendingFile.open(pendingPath(path));
    const storedNumber = Number((await store.settings.get(settingKey)) ?? 0);
    const waiting = records.filter(({ number }) => number > storedNumber);
    return new PendingChanges(file, settingKey, waiting, Math.max(storedNumber, waiting.at(-1)?.number ?? 0));
  }

  get count(): number {
    return this.#waiting.length;
  }

  /** Makes a change for every reader, and then keeps it in the file. Throws when the file cannot take it; the change is made all the same. */
  async add(change: PendingChange, audit: AuditEntry | null): Promise<void> {
    this.#lastNumber += 1;
    const record = { number: this.#lastNumber, change, audit };
    this.#waiting.push(record);
    await this.#file.add(record);
  }

  /** Stores what waits. Call it in a transaction, and `stored` with its result when that is committed. */
  async storeTo(store: Store): Promise<number> {
    const [last] = this.#waiting.slice(-1);
    if (last === undefined) return 0;
    for (const record of [...this.#waiting]) await storeChange(store, record);
    await store.settings.put(this.#settingKey, String(last.number));
    return last.number;
  }

  /** Forgets the changes up to `number`. */
  async stored(number: number): Promise<void> {
    if (number === 0) return;
    this.#waiting = this.#waiting.filter((record) => record.number > number);
    if (this.#waiting.length === 0) await this.#file.clear();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  user(row: UserRow): UserRow {
    const isOff = this.#waiting.some(({ change }) => change.kind === 'userOff' && change.userId === row.id);
    return isOff && row.isActive ? { ...row, isActive: false, tokenVersion: row.tokenVersion + 1 } : row;
  }

  namespace(row: NamespaceRow): NamespaceRow {
    const isOff = this.#waiting.some(({ change }) => change.kind === 'namespaceOff' && change.namespaceId === row.id);
    return isOff ? { ...row, isActive: false } : row;
  }

  /** Null for a grant that was revoked. */
  grant(row: GrantRow): GrantRow | null {
    let shown: GrantRow | null = row;
    for (const { change } of this.#waiting) {
      if (change.kind !== 'role' || change.userId !== row.userId || change.namespaceId !== row.namespaceId) continue;
      shown = change.role === null ? null : { ...row, role: change.role };
    }
    return shown;
  }

  /** Ids of log-ins that were logged out. */
  get loggedOut(): string[] {
    return this.#waiting.flatMap(({ change }) => (change.kind === 'logOut' ? [change.loginId] : []));
  }
}
