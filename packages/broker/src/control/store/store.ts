import type { GrantRole, UserType } from '@pulsemq/protocol';
import type { AuditEntry, AuditLogRow, GrantRow, NamespaceRow, TopicRow, UserRow } from './rows.js';
import type { StatsRows, StatsSpan, SystemStatsRow, TopicStatsRow } from './stats-rows.js';

/**
 * What the control plane remembers. One suite of tests runs on every implementation. All ids are integers from 1 that are never
 * used twice; lists are ordered by id where nothing else is said.
 */
export interface Store {
  readonly users: UserStore;
  readonly namespaces: NamespaceStore;
  readonly topics: TopicStore;
  readonly grants: GrantStore;
  readonly audit: AuditStore;
  readonly settings: SettingStore;
  readonly revokedTokens: RevokedTokenStore;
  readonly stats: StatsStore;
  /** All of `work` or nothing of it. */
  transaction<Result>(work: (store: Store) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** Something with that name is there already. */
export class DuplicateError extends Error {
  constructor(what: string, name: string) {
    super(`${what} "${name}" exists already`);
    this.name = 'DuplicateError';
  }
}

/** Part of a list. */
export interface Page {
  readonly limit: number;
  readonly offset: number;
}

/** A part of a list, and how long the whole is. */
export interface Listing<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
}

export interface UserStore {
  all(): Promise<UserRow[]>;
  list(filter: { userType?: UserType | undefined; text?: string | undefined }, page: Page): Promise<Listing<UserRow>>;
  byId(id: number): Promise<UserRow | undefined>;
  byName(username: string): Promise<UserRow | undefined>;
  /** Throws a DuplicateError. */
  add(
    user: Pick<UserRow, 'username' | 'userType' | 'passwordHash' | 'tokenHash' | 'mustChangePassword'>,
  ): Promise<UserRow>;
  /** Changes what is given; undefined when there is no such user. Throws a DuplicateError. */
  update(id: number, changes: Partial<Omit<UserRow, 'id' | 'createdAt' | 'updatedAt'>>): Promise<UserRow | undefined>;
  /** False when there was none. */
  remove(id: number): Promise<boolean>;
}

export interface NamespaceStore {
  all(): Promise<NamespaceRow[]>;
  list(filter: { text?: string | undefined }, page: Page): Promise<Listing<NamespaceRow>>;
  byId(id: number): Promise<NamespaceRow | undefined>;
  byName(name: string): Promise<NamespaceRow | undefined>;
  /** Throws a DuplicateError. */
  add(
    namespace: Pick<NamespaceRow, 'name' | 'description' | 'createdBy'> & Partial<Pick<NamespaceRow, 'keepLastValue'>>,
  ): Promise<NamespaceRow>;
  update(
    id: number,
    changes: Partial<Pick<NamespaceRow, 'description' | 'isActive' | 'keepLastValue'>>,
  ): Promise<NamespaceRow | undefined>;
  /** With its topics and grants. */
  remove(id: number): Promise<boolean>;
}

export interface TopicStore {
  all(): Promise<TopicRow[]>;
  /** Ordered by name. `text` is a part of the name. */
  list(
    filter: { namespaceIds?: readonly number[] | undefined; text?: string | undefined },
    page: Page,
  ): Promise<Listing<TopicRow>>;
  byId(id: number): Promise<TopicRow | undefined>;
  countByNamespace(): Promise<ReadonlyMap<number, number>>;
  /** Adds those that are not there yet and returns them. */
  addAll(topics: readonly Pick<TopicRow, 'namespaceId' | 'name' | 'createdBy'>[]): Promise<TopicRow[]>;
  remove(id: number): Promise<boolean>;
}

export interface GrantStore {
  all(): Promise<GrantRow[]>;
  list(
    filter: { userId?: number | undefined; namespaceIds?: readonly number[] | undefined },
    page: Page,
  ): Promise<Listing<GrantRow>>;
  countByNamespace(): Promise<ReadonlyMap<number, number>>;
  ofUser(userId: number): Promise<GrantRow[]>;
  /** Gives the role, or changes it; returns the one before. */
  put(grant: Pick<GrantRow, 'userId' | 'namespaceId' | 'role' | 'grantedBy'>): Promise<GrantRole | null>;
  /** Returns the role taken away. */
  remove(userId: number, namespaceId: number): Promise<GrantRole | null>;
}

/** Which audit rows; texts match whole values, times are inclusive. */
export interface AuditFilter {
  readonly opType?: string | undefined;
  readonly operator?: string | undefined;
  readonly target?: string | undefined;
  readonly namespace?: string | undefined;
  readonly result?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface AuditStore {
  add(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  list(filter: AuditFilter, page: Page): Promise<Listing<AuditLogRow>>;
  /** The newest rows older than the one with this id. */
  before(filter: AuditFilter, id: number, limit: number): Promise<AuditLogRow[]>;
}

/** What the broker keeps for itself, such as the secret that signs log-ins. */
export interface SettingStore {
  get(key: string): Promise<string | undefined>;
  put(key: string, value: string): Promise<void>;
}

/** Admin log-ins that were ended before their time. */
export interface RevokedTokenStore {
  /** Not expired at `nowSeconds`. */
  all(nowSeconds: number): Promise<string[]>;
  add(id: string, expiresAtSeconds: number): Promise<void>;
  /** Those that would have expired anyway. */
  removeExpired(nowSeconds: number): Promise<void>;
}

/** Statistics over time. Times are Unix seconds, the start of a minute or hour. */
export interface StatsStore {
  /** Writes rows; one that is there already is replaced. */
  put(span: StatsSpan, rows: StatsRows): Promise<void>;
  /** All rows of one minute or hour. */
  at(span: StatsSpan, ts: number): Promise<StatsRows>;
  /** From `fromTs` on, oldest first. */
  system(span: StatsSpan, fromTs: number): Promise<SystemStatsRow[]>;
  topic(span: StatsSpan, topicId: number, fromTs: number): Promise<TopicStatsRow[]>;
  /** The newest hour that is there. */
  lastHour(): Promise<number | undefined>;
  /** Removes what stands for the oldest time before `beforeTs`, a piece that takes no long time; 0: nothing was left. */
  removeOldest(span: StatsSpan, beforeTs: number): Promise<number>;
}
