export type { BrokerClient } from './broker-client.js';
export type { FeedState } from './feed.js';
export { PulseMQProvider, type PulseMQProviderProps, useClient } from './provider.js';
export { useConnected } from './use-connected.js';
export { type LastOptions, type LastResult, type LastValue, useLast } from './use-last.js';
export {
  type LiveTableOptions,
  type LiveTableResult,
  type TableRow,
  type TableRows,
  useLiveTable,
} from './use-live-table.js';
export { type MessagesOptions, type MessagesResult, type NewestMessages, useMessages } from './use-messages.js';
export { type StatusOptions, type StatusResult, type TopicStatuses, useStatus } from './use-status.js';
