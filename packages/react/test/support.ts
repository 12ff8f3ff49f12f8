import type { PulseMQClient } from '@pulsemq/client';
import { cleanup } from '@testing-library/react';
import { createElement, type ReactNode, StrictMode } from 'react';
import { afterAll, onTestFinished } from 'vitest';
import { TestBroker } from '../../client/test/support/broker.js';
import { PulseMQProvider } from '../src/index.js';

const soon = { baseDelayMs: 1, maxDelayMs: 20, maxTries: 1_000 };

let shared: Promise<TestBroker> | undefined;
let namespaceCount = 0;

afterAll(async () => {
  await (await shared)?.close();
  shared = undefined;
});

/** What a test needs: a namespace of its own, which keeps last values, a client that publishes, and one for the hooks. */
export interface Market {
  readonly broker: TestBroker;
  readonly namespace: string;
  readonly writer: PulseMQClient;
  readonly client: PulseMQClient;
  /** Publishes a quote. */
  quote(topic: string, price: number): Promise<void>;
}

/** A namespace of the broker that the tests of this file share. A test that stops the broker gives one of its own. */
export async function market(own?: TestBroker): Promise<Market> {
  shared ??= own === undefined ? TestBroker.open() : undefined;
  const broker = own ?? (await shared!);
  const namespace = `market_${++namespaceCount}`;
  await broker.keepingNamespace(namespace);
  const writer = await broker.connected({ reconnect: soon });
  const client = await broker.connected({ reconnect: soon });
  // Runs first: components unsubscribe before their client is closed.
  onTestFinished(cleanup);
  const quote = (topic: string, price: number): Promise<void> =>
    writer.publish(namespace, topic, JSON.stringify({ price }), { format: 'string' });
  return { broker, namespace, writer, client, quote };
}

/** Puts components below a provider, with the double effects of StrictMode. */
export const below =
  (client: PulseMQClient) =>
  ({ children }: { readonly children: ReactNode }) =>
    createElement(StrictMode, null, createElement(PulseMQProvider, { client }, children));

/** What the broker has of the client's subscriptions, as patterns. */
export async function atBroker(client: PulseMQClient): Promise<string[]> {
  await client.flush();
  return ((await client.querySubscriptions()) ?? []).map(({ pattern }) => pattern);
}
