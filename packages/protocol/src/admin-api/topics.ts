import type { CompressionAlgorithm } from '../compression.js';
import type { PayloadFormat } from '../payload-format.js';
import type { TopicCondition } from './freshness.js';

/** GET /api/topics?namespace=&text=&pattern=&stale=&sort=name|rate|age|drops&limit=&offset=, GET /api/topics/{id} */
export interface ApiTopic extends TopicCondition {
  readonly id: number;
  readonly namespace_id: number;
  readonly namespace: string;
  readonly name: string;
  readonly created_by: string;
  readonly created_at: string;
  /** Null if nothing was published to it since the broker started. */
  readonly live: TopicFigures | null;
}

/** Figures of one topic since the broker started. */
export interface TopicFigures extends TopicCondition {
  readonly epoch: number;
  /** Sequence of the last message. */
  readonly sequence: number;
  readonly msg_total: number;
  readonly byte_total: number;
  readonly delivered_total: number;
  readonly dropped_total: number;
  /** Updates that newer ones replaced before they were delivered, counted once for each subscriber. */
  readonly conflated_total: number;
  readonly msg_rate: number;
  readonly byte_rate: number;
  /** Subscribers with a matching subscription now. */
  readonly subscriber_count: number;
  readonly last_published_at: string;
  readonly last_publisher: string;
  readonly latency: TopicLatency;
}

/** Latency of the messages of a topic, in two parts. */
export interface TopicLatency {
  /** From publisher to broker, whole milliseconds: the broker's clock minus the publisher's. */
  readonly publisher_to_broker_ms: Percentiles | null;
  /** Messages whose timestamp was ahead of the broker's clock. The percentiles leave them out. */
  readonly publisher_clock_ahead_count: number;
  /** From the broker's read to the broker's write, microseconds. */
  readonly broker_to_socket_us: Percentiles | null;
}

/** Percentiles of the last whole minute. During the first minute: of this one. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** GET /api/topics/{id}/subscribers */
export interface TopicSubscriber {
  readonly connection_id: string;
  /** Null for a legacy subscriber, as is `username`: it has no user. */
  readonly user_id: number | null;
  readonly username: string | null;
  readonly pattern: string;
}

/** One message in a form to show: a last value, or a message of a tap. */
export interface ShownMessage {
  readonly namespace: string;
  readonly topic: string;
  readonly username: string;
  readonly epoch: number;
  readonly sequence: number;
  /** Time by the publisher's clock. */
  readonly published_at: string;
  readonly received_at: string;
  readonly format: PayloadFormat;
  readonly compressed: CompressionAlgorithm | null;
  /** Bytes of the payload as sent. */
  readonly payload_bytes: number;
  readonly content: ShownContent;
}

/** A payload in a form to show. `is_cut` is true if only its beginning is shown. */
export type ShownContent =
  | { readonly kind: 'text'; readonly text: string; readonly is_json: boolean; readonly is_cut: boolean }
  | { readonly kind: 'bytes'; readonly base64: string; readonly is_cut: boolean }
  | {
      readonly kind: 'table';
      readonly columns: readonly { readonly name: string; readonly dtype: string }[];
      /** Cells as JSON: integers past 2^53, NaN, infinities and -0 as text, times as ISO text, missing values as null. At most 1,000 rows. */
      readonly rows: readonly (readonly unknown[])[];
      readonly row_count: number;
    }
  | { readonly kind: 'unreadable'; readonly problem: string; readonly base64: string };

/** GET /api/topics/{id}/last. Without a last value: 404 with the code `NOT_KEPT` or `NOT_YET`. `?raw=true` answers the payload itself. */
export interface LastValue extends TopicCondition {
  readonly message: ShownMessage;
  readonly age_ms: number;
}

/** GET /api/last?namespace=&pattern=&limit=&offset=: the last values of matching topics, by name */
export interface LastValueRow {
  readonly namespace: string;
  readonly topic: string;
  readonly format: PayloadFormat;
  readonly sequence: number;
  readonly epoch: number;
  readonly received_at: string;
  readonly publisher: TopicCondition['publisher'];
  readonly state: TopicCondition['state'];
  /** `unreadable`, with the reason, where the broker has no room for the value. */
  readonly content: ShownContent;
}

/** GET /api/topics/values?ids=: the newest values of some topics, as a board of prices has them; a topic without a kept value has no row */
export interface TopicValues {
  readonly id: number;
  readonly sequence: number;
  readonly epoch: number;
  /** Unix milliseconds. */
  readonly received_at_ms: number;
  /** By column. Empty when the payload has no columns, or is too large to be decoded for a list. */
  readonly values: Readonly<Record<string, number | string | null>>;
}

/** GET /api/stats/topics/minutes?ids=: messages of some topics in each of the last 30 whole minutes */
export interface TopicMinutes {
  readonly id: number;
  /** Messages by minute, the oldest first; 0 for a minute without one. */
  readonly msg_counts: readonly number[];
}

/** POST /api/publish: publishes a test message as the caller */
export interface PublishRequest {
  readonly namespace: string;
  readonly topic: string;
  readonly format: PayloadFormat;
  readonly compress?: CompressionAlgorithm;
  /** Text for `string`, base64 for `bytes`, an array of row objects for `df_msgpack` and `df_pyarrow`. */
  readonly data: string | readonly Readonly<Record<string, unknown>>[];
}

/** Answer to it. */
export interface PublishReply {
  readonly status: 'published';
  readonly sequence: number;
  readonly epoch: number;
  readonly received_at: string;
  readonly payload_bytes: number;
  /** Subscribers to which the message was delivered. */
  readonly subscriber_count: number;
}
