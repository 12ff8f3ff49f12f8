import type { BrokerFigures, FeedFigures } from '../../port-cluster.js';
import { parseObject } from '../session/wire/json-object.js';

/** What a broker says of itself twice a second. */
export interface Hello extends BrokerFigures {
  /** Bytes that one message to it may have. */
  readonly maxPayloadBytes: number;
}

/** Fields of a hello and of its feeds, with their types. */
const helloFields: Record<Exclude<keyof Hello, 'feeds'>, 'string' | 'number'> = {
  id: 'string',
  name: 'string',
  version: 'string',
  host: 'string',
  pubPort: 'number',
  subPort: 'number',
  adminPort: 'number',
  startedMs: 'number',
  sessionCount: 'number',
  subscriberCount: 'number',
  publishedCount: 'number',
  deliveredCount: 'number',
  patternCount: 'number',
  natsServer: 'string',
  interestVersion: 'number',
  maxPayloadBytes: 'number',
};
const feedFields: Record<keyof FeedFigures, 'string' | 'number' | 'boolean'> = {
  to: 'string',
  feed: 'number',
  number: 'number',
  sentCount: 'number',
  sentBytes: 'number',
  unconfirmedBytes: 'number',
  lagMs: 'number',
  skippedCount: 'number',
  isPacing: 'boolean',
  isLagging: 'boolean',
};

const hasFields = (value: unknown, fields: Record<string, string>): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(fields).every(([name, type]) => typeof (value as Record<string, unknown>)[name] === type);

/** The hello in the body of a message; undefined when fields are missing or of another type. */
export function parseHello(body: string): Hello | undefined {
  const value = parseObject(body);
  if (value === undefined || !hasFields(value, helloFields)) return undefined;
  const { feeds } = value;
  if (!Array.isArray(feeds) || !feeds.every((feed) => hasFields(feed, feedFields))) return undefined;
  return value as unknown as Hello;
}
