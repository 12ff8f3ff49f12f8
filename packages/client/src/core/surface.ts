/** What both entries of the package export beside their client. */

export type { DataFrameColumn, Row, TimeUnit } from '@pulsemq/codecs';
export { CalendarDate, Decimal, Duration, PreciseDate, TimeOfDay } from '@pulsemq/codecs/plain';
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
  ReplayEndedError,
  type ReplayFailure,
  SnapshotEndedError,
  type SnapshotFailure,
  type SubscriptionListing,
  TimeoutError,
  TopicFormatError,
  UnsupportedFeatureError,
} from '@pulsemq/protocol';
export { DataFrame } from '#codecs';
export type { CallOptions } from './abort.js';
export type { ClientOptions, ReconnectOptions } from './client-options.js';
export { loadCodecs } from './codecs/load-codecs.js';
export type { ClientEvents, Gap, SlowNotice } from './events.js';
export type { HistoryRows } from './history/ask-history.js';
export type { HistoryOptions } from './history/history-options.js';
export type { SlowPolicy } from './lane-policy.js';
export type { LiveRow } from './live/live-row.js';
export type { LiveTable, LiveTableChange, LiveTableListener, LiveTableSettings } from './live/live-table.js';
export type { PublishItems } from './publish-many.js';
export type { PublishOptions } from './publish-options.js';
export { type DeliveryPlace, type MessageClone, ReceivedMessage } from './received-message.js';
export { Replay } from './replay.js';
export type { ReplayEnd, ReplayMissing } from './replay-progress.js';
export type { ReplaySeek, ReplaySettings } from './replay-settings.js';
export type { CurveClientOptions, TlsOptions } from './security-options.js';
export { SerializedPayload, type SerializedPayloadOptions } from './serialized-payload.js';
export type { SnapshotEnd } from './snapshot-progress.js';
export type { QueuePolicy, SubscribeSettings } from './subscribe-settings.js';
export { Subscription } from './subscription.js';
export type { TopicStatus } from './topic-status.js';
