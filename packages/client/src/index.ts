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
  type SubscriptionListing,
  TimeoutError,
  TopicFormatError,
} from '@pulsemq/protocol';
export type { CallOptions } from './core/abort.js';
export type { ClientEvents, Gap, SlowNotice } from './core/events.js';
export type { ClientOptions, ReconnectOptions } from './core/options.js';
export type { PublishItems } from './core/publish-many.js';
export type { PublishOptions } from './core/publisher.js';
export { type MessageClone, ReceivedMessage } from './core/received-message.js';
export { SerializedPayload, type SerializedPayloadOptions } from './core/serialized-payload.js';
export { type QueuePolicy, type SubscribeSettings, Subscription } from './core/subscription.js';
export { PulseMQClient } from './node-client.js';
