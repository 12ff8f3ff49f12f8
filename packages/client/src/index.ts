export {
  CalendarDate,
  DataFrame,
  type DataFrameColumn,
  Decimal,
  Duration,
  PreciseDate,
  type Row,
  TimeOfDay,
  type TimeUnit,
} from '@pulsemq/codecs';
export {
  AuthFailedError,
  type CompressionAlgorithm,
  ConnectionLimitError,
  ErrorCode,
  type NamespaceListing,
  NotConnectedError,
  type PayloadFormat,
  PayloadTooLargeError,
  PermissionDeniedError,
  type PermissionListing,
  PulseMQError,
  SnapshotEndedError,
  type SnapshotFailure,
  type SubscriptionListing,
  TimeoutError,
  TopicFormatError,
  UnsupportedFeatureError,
} from '@pulsemq/protocol';
export type { CallOptions } from './core/abort.js';
export type { ClientEvents, Gap, SlowNotice } from './core/events.js';
export type { SlowPolicy } from './core/lane-policy.js';
export type { LiveRow } from './core/live/live-row.js';
export type { LiveTable, LiveTableChange, LiveTableSettings } from './core/live/live-table.js';
export type { ClientOptions, ReconnectOptions } from './core/options.js';
export type { PublishItems } from './core/publish-many.js';
export type { PublishOptions } from './core/publisher.js';
export { type MessageClone, ReceivedMessage } from './core/received-message.js';
export { SerializedPayload, type SerializedPayloadOptions } from './core/serialized-payload.js';
export type { SnapshotEnd } from './core/snapshot-progress.js';
export type { QueuePolicy, SubscribeSettings } from './core/subscribe-settings.js';
export { Subscription } from './core/subscription.js';
export type { TopicStatus } from './core/topic-status.js';
export { PulseMQClient } from './node-client.js';
