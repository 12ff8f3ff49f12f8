import { expectTypeOf, test } from 'vitest';
import type {
  CallOptions,
  ClientEvents,
  ClientOptions,
  CompressionAlgorithm,
  CurveClientOptions,
  Gap,
  LiveRow,
  LiveTable,
  LiveTableChange,
  LiveTableSettings,
  NamespaceListing,
  PayloadFormat,
  PermissionListing,
  PublishItems,
  PublishOptions,
  PulseMQClient,
  PulseMQError,
  QueuePolicy,
  ReceivedMessage,
  ReconnectOptions,
  SerializedPayload,
  SlowPolicy,
  SnapshotEnd,
  SubscribeSettings,
  Subscription,
  SubscriptionListing,
  TlsOptions,
  TopicStatus,
} from '../src/index.js';

// Types are nothing when a program runs: `npm run typecheck` checks this file, and it is run nowhere.

test('the methods have the documented types', () => {
  expectTypeOf<PulseMQClient['connect']>().parameters.toEqualTypeOf<[(CallOptions | undefined)?]>();
  expectTypeOf<PulseMQClient['publish']>().parameters.toEqualTypeOf<
    [string, string, unknown, (PublishOptions | undefined)?]
  >();
  expectTypeOf<PulseMQClient['publish']>().returns.resolves.toEqualTypeOf<void>();
  expectTypeOf<PulseMQClient['publishMany']>().parameters.toEqualTypeOf<
    [string, string, PublishItems, (PublishOptions | undefined)?]
  >();
  expectTypeOf<PulseMQClient['flush']>().returns.resolves.toEqualTypeOf<void>();
  expectTypeOf<PulseMQClient['subscribe']>().parameters.toEqualTypeOf<
    [string, string, (SubscribeSettings | undefined)?]
  >();
  expectTypeOf<PulseMQClient['subscribe']>().returns.resolves.toEqualTypeOf<Subscription>();
  expectTypeOf<PulseMQClient['last']>().parameters.toEqualTypeOf<[string, string, (CallOptions | undefined)?]>();
  expectTypeOf<PulseMQClient['last']>().returns.resolves.toEqualTypeOf<ReceivedMessage | undefined>();
  expectTypeOf<PulseMQClient['liveTable']>().parameters.toEqualTypeOf<
    [string, string, (LiveTableSettings | undefined)?]
  >();
  expectTypeOf<PulseMQClient['liveTable']>().returns.resolves.toEqualTypeOf<LiveTable>();
  expectTypeOf<PulseMQClient['queryNamespaces']>().returns.resolves.toEqualTypeOf<NamespaceListing[]>();
  expectTypeOf<PulseMQClient['queryTopics']>().returns.resolves.toEqualTypeOf<string[]>();
  expectTypeOf<PulseMQClient['queryPermission']>().returns.resolves.toEqualTypeOf<PermissionListing>();
  expectTypeOf<PulseMQClient['querySubscriptions']>().returns.resolves.toEqualTypeOf<
    SubscriptionListing[] | undefined
  >();
  expectTypeOf<PulseMQClient>().toExtend<AsyncDisposable>();
  expectTypeOf<PulseMQClient['isConnected']>().toEqualTypeOf<boolean>();
});

test('options and events have the documented types', () => {
  expectTypeOf<Pick<ClientOptions, 'username' | 'token'>>().toEqualTypeOf<{
    readonly username: string;
    readonly token?: string;
  }>();
  expectTypeOf<ClientOptions['tls']>().toEqualTypeOf<boolean | TlsOptions | undefined>();
  expectTypeOf<ClientOptions['curve']>().toEqualTypeOf<CurveClientOptions | undefined>();
  expectTypeOf<ClientOptions['reconnect']>().toEqualTypeOf<boolean | ReconnectOptions | undefined>();
  expectTypeOf<ClientOptions['inFlight']>().toEqualTypeOf<'fail' | 'retry' | undefined>();
  expectTypeOf<PublishOptions['format']>().toEqualTypeOf<PayloadFormat | undefined>();
  expectTypeOf<PublishOptions['compress']>().toEqualTypeOf<CompressionAlgorithm | undefined>();
  expectTypeOf<QueuePolicy>().toEqualTypeOf<'dropOldest' | 'dropNewest' | 'pause'>();
  expectTypeOf<SlowPolicy>().toEqualTypeOf<'dropOldest' | 'dropNewest' | 'conflate' | 'disconnect'>();
  expectTypeOf<keyof ClientEvents>().toEqualTypeOf<
    'connected' | 'disconnected' | 'reconnecting' | 'reconnected' | 'gap' | 'slow' | 'error'
  >();
  expectTypeOf<ClientEvents['gap']>().toEqualTypeOf<Gap>();
  expectTypeOf<Gap['missedCount']>().toEqualTypeOf<number | undefined>();
  expectTypeOf<PulseMQError['code']>().toExtend<string>();
});

test('subscriptions and messages have the documented types', () => {
  expectTypeOf<Subscription>().toExtend<AsyncIterableIterator<ReceivedMessage, undefined>>();
  expectTypeOf<Subscription>().toExtend<AsyncDisposable>();
  expectTypeOf<Subscription['receive']>().returns.resolves.toEqualTypeOf<ReceivedMessage | undefined>();
  expectTypeOf<ReceivedMessage['format']>().toEqualTypeOf<PayloadFormat>();
  expectTypeOf<ReceivedMessage['sequence']>().toEqualTypeOf<number>();
  expectTypeOf<ReceivedMessage['receivedAt']>().toEqualTypeOf<number | undefined>();
  expectTypeOf<ReceivedMessage['conflatedCount']>().toEqualTypeOf<number>();
  expectTypeOf<Subscription['snapshotEnd']>().resolves.toEqualTypeOf<SnapshotEnd>();
  expectTypeOf<SnapshotEnd>().toEqualTypeOf<{ readonly count: number; readonly leftOut: number }>();
  expectTypeOf<TopicStatus['state']>().toEqualTypeOf<'live' | 'stale' | 'unreachable' | 'deleted'>();
  expectTypeOf<LiveTable>().toExtend<AsyncDisposable>();
  expectTypeOf<LiveTable['rows']>().returns.toEqualTypeOf<LiveRow[]>();
  expectTypeOf<LiveTableChange['removed']>().toEqualTypeOf<readonly LiveRow[]>();
  expectTypeOf<LiveRow['status']>().toEqualTypeOf<TopicStatus | undefined>();
  expectTypeOf<ReceivedMessage['data']>().toEqualTypeOf<unknown>();
  expectTypeOf<ReceivedMessage['payload']>().toEqualTypeOf<Uint8Array>();
  expectTypeOf<SerializedPayload['payload']>().toEqualTypeOf<Uint8Array>();
});

/** Never called. Each statement must fail to compile. */
export function refused(client: PulseMQClient): void {
  // @ts-expect-error unknown event
  client.on('gaps', () => {});
  // @ts-expect-error the gap event has no `count`
  client.on('gap', ({ count }) => count);
  // @ts-expect-error unknown format
  void client.publish('market', 'a', Buffer.from('x'), { format: 'json' });
  // @ts-expect-error not a policy of a queue
  void client.subscribe('market', 'a', { onFull: 'conflate' });
  // @ts-expect-error not iterable
  void client.publishMany('market', 'a', 5);
  // @ts-expect-error the token is missing
  const _: ClientOptions = { username: 'a' };
}
