import type { GrantRole, UserType } from '@pulsemq/protocol';
import type {
  AlertRuleRow,
  AuditEntry,
  AuditLogRow,
  GrantRow,
  NamespaceRow,
  TopicRow,
  UserKeyRow,
  UserRow,
  WebhookRow,
} from './rows.js';
import type { StatsRows, StatsSpan, SystemStatsRow, TopicStatsRow } from './stats-rows.js';

/**
 * Everything the control plane stores. One suite of tests runs on every implementation. Ids are integers from 1, and none is used twice.
 * Lists are ordered by id unless stated otherwise.
 */
export interface Store {
  readonly users: UserStore;
  readonly userKeys: UserKeyStore;
  readonly namespaces: NamespaceStore;
  readonly topics: TopicStore;
  readonly grants: GrantStore;
  readonly audit: AuditStore;
  readonly settings: SettingStore;
  readonly revokedTokens: RevokedTokenStore;
  readonly stats: StatsStore;
  readonly alertRules: AlertRuleStore;
  readonly webhooks: WebhookStore;
  /** Stores all changes of `work`, or none when it throws. */
  transaction<Result>(work: (store: Store) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** The name is taken. */
export class DuplicateError extends Error {
  constructor(what: string, name: string) {
    super(`${what} "${name}" exists already`);
    this.name = 'DuplicateError';
  }
}

/** New values of some columns; one that is missing or undefined leaves its column as it is. */
export type Changes<Row> = { readonly [Column in keyof Row]?: Row[Column] | undefined };

/** Part of a list. */
export interface Page {
  readonly limit: number;
  readonly offset: number;
}

/** Part of a list, and the number of rows of the whole list. */
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
  /** Returns the changed user, or undefined for an unknown id. Throws a DuplicateError. */
  update(id: number, changes: Changes<Omit<UserRow, 'id' | 'createdAt' | 'updatedAt'>>): Promise<UserRow | undefined>;
  /** False for an unknown id. */
  remove(id: number): Promise<boolean>;
}

/** Keys of users. They go with their user. */
export interface UserKeyStore {
  all(): Promise<UserKeyRow[]>;
  ofUser(userId: number): Promise<UserKeyRow[]>;
  /** Throws a DuplicateError when the key belongs to a user already. */
  add(key: Pick<UserKeyRow, 'userId' | 'key' | 'name' | 'createdBy'>): Promise<UserKeyRow>;
  /** False for an unknown id. */
  remove(id: number): Promise<boolean>;
}

export interface NamespaceStore {
  all(): Promise<NamespaceRow[]>;
  list(filter: { text?: string | undefined }, page: Page): Promise<Listing<NamespaceRow>>;
  byId(id: number): Promise<NamespaceRow | undefined>;
  byName(name: string): Promise<NamespaceRow | undefined>;
  /** Throws a DuplicateError. */
  add(
    namespace: Pick<NamespaceRow, 'name' | 'description' | 'createdBy'> &
      Partial<Pick<NamespaceRow, 'keepLastValue' | 'history' | 'freshness' | 'bars'>>,
  ): Promise<NamespaceRow>;
  update(
    id: number,
    changes: Changes<
      Pick<NamespaceRow, 'description' | 'isActive' | 'keepLastValue' | 'history' | 'freshness' | 'bars'>
    >,
  ): Promise<NamespaceRow | undefined>;
  /** Removes its topics and grants too. False for an unknown id. */
  remove(id: number): Promise<boolean>;
}

export interface TopicStore {
  all(): Promise<TopicRow[]>;
  /** Ordered by name. `text` is part of the name. */
  list(
    filter: { namespaceIds?: readonly number[] | undefined; text?: string | undefined },
    page: Page,
  ): Promise<Listing<TopicRow>>;
  byId(id: number): Promise<TopicRow | undefined>;
  /** Topics of a namespace by their names, in any order; a name that is unknown is left out. */
  byNames(namespaceId: number, names: readonly string[]): Promise<TopicRow[]>;
  countByNamespace(): Promise<ReadonlyMap<number, number>>;
  /** Adds those that do not exist yet, and returns them. */
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
  /** Grants a role or changes it; returns the role before. */
  put(grant: Pick<GrantRow, 'userId' | 'namespaceId' | 'role' | 'grantedBy'>): Promise<GrantRole | null>;
  /** Revokes a role and returns it; null when there was none. */
  remove(userId: number, namespaceId: number): Promise<GrantRole | null>;
}

/** Selects audit rows. Texts match whole values; times are inclusive. */
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
  /** The newest rows with a smaller id. */
  before(filter: AuditFilter, id: number, limit: number): Promise<AuditLogRow[]>;
  /** Removes some of the rows written before `beforeTime`, the oldest first, and returns their number. Call it until it returns 0. */
  removeOldest(beforeTime: string): Promise<number>;
}

/** Values of the broker itself, such as the secret that signs log-ins. */
export interface SettingStore {
  get(key: string): Promise<string | undefined>;
  put(key: string, value: string): Promise<void>;
}

/** Admin log-ins that ended before they expired. */
export interface RevokedTokenStore {
  /** Ids of those that have not expired at `nowSeconds`. */
  all(nowSeconds: number): Promise<string[]>;
  add(id: string, expiresAtSeconds: number): Promise<void>;
  /** Removes those that have expired at `nowSeconds`. */
  removeExpired(nowSeconds: number): Promise<void>;
}

/** Rules of alerts. Names may occur twice. */
export interface AlertRuleStore {
  all(): Promise<AlertRuleRow[]>;
  add(rule: Omit<AlertRuleRow, 'id'>): Promise<AlertRuleRow>;
  /** Undefined for an unknown id. */
  update(id: number, changes: Changes<Omit<AlertRuleRow, 'id' | 'kind'>>): Promise<AlertRuleRow | undefined>;
  /** False for an unknown id. */
  remove(id: number): Promise<boolean>;
}

/** Receivers of alerts, with the secrets that sign what they get. */
export interface WebhookStore {
  all(): Promise<WebhookRow[]>;
  add(webhook: Omit<WebhookRow, 'id'>): Promise<WebhookRow>;
  /** Undefined for an unknown id. */
  update(id: number, changes: Changes<Omit<WebhookRow, 'id' | 'secret'>>): Promise<WebhookRow | undefined>;
  /** False for an unknown id. */
  remove(id: number): Promise<boolean>;
}

/** Statistics over time. A time is the start of a minute or hour, in Unix seconds. */
export interface StatsStore {
  /** Writes rows. A row replaces the one of the same time and thing. */
  put(span: StatsSpan, rows: StatsRows): Promise<void>;
  /** All rows of one minute or hour. */
  at(span: StatsSpan, ts: number): Promise<StatsRows>;
  /** Rows from `fromTs` on, oldest first. */
  system(span: StatsSpan, fromTs: number): Promise<SystemStatsRow[]>;
  topic(span: StatsSpan, topicId: number, fromTs: number): Promise<TopicStatsRow[]>;
  /** The newest stored hour that starts before `beforeTs`. */
  lastHour(beforeTs: number): Promise<number | undefined>;
  /** Removes the rows of the oldest time before `beforeTs`, and returns their number. Call it until it returns 0: each call is short. */
  removeOldest(span: StatsSpan, beforeTs: number): Promise<number>;
}
