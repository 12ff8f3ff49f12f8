import { expectTypeOf, test } from 'vitest';
import type {
  ClientOptions,
  Gap,
  NamespaceListing,
  PayloadFormat,
  PublishOptions,
  PulseMQClient,
  ReceivedMessage,
  Subscription,
} from '../src/index.js';

test('the public types are what the documentation says', () => {
  expectTypeOf<PulseMQClient['publish']>().parameters.toEqualTypeOf<[string, string, unknown, PublishOptions?]>();
  expectTypeOf<PulseMQClient['publish']>().returns.resolves.toEqualTypeOf<void>();
  expectTypeOf<PulseMQClient['subscribe']>().returns.resolves.toEqualTypeOf<Subscription>();
  expectTypeOf<PulseMQClient['queryNamespaces']>().returns.resolves.toEqualTypeOf<NamespaceListing[]>();
  expectTypeOf<PulseMQClient['queryTopics']>().returns.resolves.toEqualTypeOf<string[]>();
  expectTypeOf<Subscription>().toExtend<AsyncIterable<ReceivedMessage>>();
  expectTypeOf<ReceivedMessage['format']>().toEqualTypeOf<PayloadFormat>();
  expectTypeOf<ReceivedMessage['sequence']>().toEqualTypeOf<number>();
  expectTypeOf<ReceivedMessage['receivedAt']>().toEqualTypeOf<number | undefined>();
  expectTypeOf<ReceivedMessage['data']>().toEqualTypeOf<unknown>();
  expectTypeOf<Gap['missedCount']>().toEqualTypeOf<number | undefined>();
  expectTypeOf<ClientOptions>().toHaveProperty('reconnect');
  expectTypeOf<Pick<ClientOptions, 'username' | 'token'>>().toEqualTypeOf<{
    readonly username: string;
    readonly token: string;
  }>();
});
