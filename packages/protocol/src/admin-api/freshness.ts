/** The days of a week, as calendars name them. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
/** A day of a week. */
export type Weekday = (typeof weekdays)[number];

/** When a market is open. */
export interface MarketCalendar {
  /** IANA name, such as `Asia/Shanghai`. */
  readonly time_zone: string;
  /** Weekdays on which the ranges begin. */
  readonly weekdays: readonly Weekday[];
  /**
   * Local times `HH:MM`, from and to; the end may be `24:00`. A range that does not end after it begins ends on the next day. It belongs to the day
   * on which it begins.
   */
  readonly ranges: readonly (readonly [from: string, to: string])[];
  /** Local dates `YYYY-MM-DD` on which no range begins. */
  readonly holidays: readonly string[];
}

/** What fresh means for the topics that match a pattern. */
export interface FreshnessRule {
  readonly pattern: string;
  /** A topic is stale when its last message is older. */
  readonly max_age_ms: number;
  /** Name of a calendar; null where the market is always open. */
  readonly calendar: string | null;
}

/** The rules of a namespace, of which the first match counts, and its calendars. */
export interface Freshness {
  readonly rules: readonly FreshnessRule[];
  readonly calendars: Readonly<Record<string, MarketCalendar>>;
}

/** All states of a topic. */
export const topicStates = ['live', 'stale', 'unreachable', 'deleted'] as const;
/** Whether the last value of a topic can be relied on. */
export type TopicState = (typeof topicStates)[number];

/** Why a topic is in its state; null when there is nothing to say. */
export type TopicStateReason =
  /** Its last message is older than its rule allows. */
  | 'silent'
  /** Every session that published to it in the last minute has ended. */
  | 'publisher_gone'
  /** It is open by its calendar and nothing has been published since the broker started. */
  | 'never_started'
  /** Its calendar says that the market is closed, so it cannot be stale. */
  | 'outside_hours'
  | null;

/** The status of a topic: the body of STATUS, without the name. */
export interface TopicStatus {
  readonly state: TopicState;
  readonly publisher: 'present' | 'gone';
  /** When the state began, Unix microseconds. */
  readonly since_us: number;
  readonly reason: TopicStateReason;
  /** Of its rule; null for a topic without one, which is never stale. */
  readonly max_age_ms: number | null;
}

/** Whether a topic is fresh, as rows of the HTTP API say it. */
export interface TopicCondition {
  /** True when `state` is `stale`. */
  readonly is_stale: boolean;
  /** `stale` by the freshness rule of the topic; always `live` without one. */
  readonly state: 'live' | 'stale';
  readonly publisher: TopicStatus['publisher'];
  /** When it became stale; null while it is live. */
  readonly stale_since: string | null;
  readonly reason: TopicStateReason;
}

/** Answer of POST /api/namespaces/{id}/freshness/preview: what the rules of the body would say at this moment. */
export interface FreshnessPreview {
  /** Topics that are older than these rules allow, or whose publisher is gone. */
  readonly stale_now: number;
  /** The names of the first 20 of them. */
  readonly topics: readonly string[];
  /** Topics that one of the rules matches. */
  readonly under_rule: number;
  /** All topics of the namespace. */
  readonly topic_count: number;
}

/** The body of STATUS for many topics of a namespace. */
export interface TopicStatuses {
  readonly topics: readonly (TopicStatus & { readonly topic: string })[];
}
