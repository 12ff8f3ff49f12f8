import type { CompressionAlgorithm } from '../compression.js';
import type { PayloadFormat } from '../payload-format.js';

/** GET /api/topics?namespace=&text=&pattern=&stale=&sort=name|rate|age|drops&limit=&offset=, GET /api/topics/{id} */
export interface ApiTopic {
  readonly id: number;
  readonly namespace_id: number;
  readonly namespace: string;
  readonly name: string;
  readonly created_by: string;
  readonly created_at: string;
  /** Null when nothing was published to it since the broker started. */
  readonly live: TopicFigures | null;
}

/** Figures of one topic since the broker started. */
export interface TopicFigures {
  readonly epoch: number;
  /** Sequence of the last message. */
  readonly sequence: number;
  readonly msg_total: number;
  readonly byte_total: number;
  readonly delivered_total: number;
  readonly dropped_total: number;
  readonly msg_rate: number;
  readonly byte_rate: number;
  /** Subscribers whose subscriptions match it now. */
  readonly subscriber_count: number;
  readonly last_published_at: string;
  readonly last_publisher: string;
  /** The connection of its last publisher has closed. */
  readonly is_stale: boolean;
  readonly latency: TopicLatency;
}

export interface TopicLatency {
  /** Publisher to broker in whole milliseconds of the publisher's clock against ours. */
  readonly publisher_to_broker_ms: Percentiles | null;
  /** Messages whose publisher's clock was ahead of ours; not in the percentiles. */
  readonly publisher_clock_ahead_count: number;
  /** Broker's read to broker's write, in microseconds. */
  readonly broker_to_socket_us: Percentiles | null;
}

/** Of the last whole minute, or of this one while it is the first. */
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
  readonly user_id: number | null;
  readonly username: string | null;
  readonly pattern: string;
}

/** One message as people look at it: a last value, or a row of a tap. */
export interface ShownMessage {
  readonly namespace: string;
  readonly topic: string;
  readonly username: string;
  readonly epoch: number;
  readonly sequence: number;
  /** The publisher's clock. */
  readonly published_at: string;
  readonly received_at: string;
  readonly format: PayloadFormat;
  readonly compressed: CompressionAlgorithm | null;
  /** Bytes of the payload as sent. */
  readonly payload_bytes: number;
  readonly content: ShownContent;
}

export type ShownContent =
  | { readonly kind: 'text'; readonly text: string; readonly is_json: boolean; readonly is_cut: boolean }
  | { readonly kind: 'bytes'; readonly base64: string; readonly is_cut: boolean }
  | {
      readonly kind: 'table';
      readonly columns: readonly { readonly name: string; readonly dtype: string }[];
      /** Cells as JSON: integers past 2^53 as text, times as ISO text, missing as null. At most 1,000 rows. */
      readonly rows: readonly (readonly unknown[])[];
      readonly row_count: number;
    }
  | { readonly kind: 'unreadable'; readonly problem: string; readonly base64: string };

/** GET /api/topics/{id}/last; 404 with `NOT_KEPT`, `NOT_YET` where there is none. `?raw=true` answers the payload's bytes. */
export interface LastValue {
  readonly message: ShownMessage;
  readonly is_stale: boolean;
  readonly age_ms: number;
}

/** POST /api/publish: a test message under the caller's name */
export interface PublishRequest {
  readonly namespace: string;
  readonly topic: string;
  readonly format: PayloadFormat;
  readonly compress?: CompressionAlgorithm;
  /** Text for `string`, base64 for `bytes`, an array of row objects for the DataFrames. */
  readonly data: string | readonly Readonly<Record<string, unknown>>[];
}

export interface PublishReply {
  readonly status: 'published';
  readonly sequence: number;
  readonly epoch: number;
  readonly received_at: string;
  readonly payload_bytes: number;
  /** Subscribers it was handed to. */
  readonly subscriber_count: number;
}
