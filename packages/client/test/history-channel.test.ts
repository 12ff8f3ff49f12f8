import { expect, test } from 'vitest';
import type { ConnectionContext } from '../src/core/connection.js';
import { HistoryChannel } from '../src/core/history-channel.js';

/** A channel of a client, and what the broker keeps by the word of its connection: null for one that is lost. */
function channelOf(historyNamespaces: readonly string[], fillGaps = true) {
  const state: { connection: { readonly historyNamespaces: readonly string[] } | null } = {
    connection: { historyNamespaces },
  };
  const context = { settings: { fillGaps } } as unknown as ConnectionContext;
  const channel = new HistoryChannel(
    context,
    async () => state.connection!,
    () => state.connection,
    () => {},
  );
  return { channel, state };
}

test('only namespaces that the broker names are asked for', () => {
  const { channel } = channelOf(['market']);
  expect([channel.canAsk('market'), channel.canAsk('other')]).toEqual([true, false]);
  expect(channelOf([]).channel.canAsk('market')).toBe(false);
  expect(channelOf(['market'], false).channel.canAsk('market')).toBe(false);
});

test('what a connection has said holds while it is lost, until the next one says something else', () => {
  const { channel, state } = channelOf(['market']);
  expect(channel.canAsk('market')).toBe(true);
  state.connection = null;
  expect(channel.canAsk('market')).toBe(true);
  state.connection = { historyNamespaces: [] };
  expect(channel.canAsk('market')).toBe(false);
});
