import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { withEither } from '../src/core/abort.js';
import { PulseMQClient } from '../src/index.js';

/** Signals that Node remembers as made from this one by `AbortSignal.any`. */
function dependentCountOf(signal: AbortSignal): number {
  const key = Object.getOwnPropertySymbols(signal).find(({ description }) => description === 'kDependantSignals');
  return key === undefined ? 0 : ((signal as unknown as Record<symbol, Set<unknown> | undefined>)[key]?.size ?? 0);
}

/** Listeners that are added and not removed. */
function countListeners(signal: AbortSignal): () => number {
  const listeners = new Set<unknown>();
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners.add(args[1]);
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listeners.delete(args[1]);
    removeEventListener.apply(signal, args);
  };
  return () => listeners.size;
}

/** A port of this machine on which no process listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('connect attempts that fail leave nothing in a signal that outlives them', async () => {
  const program = new AbortController();
  AbortSignal.any([program.signal]);
  expect(dependentCountOf(program.signal)).toBe(1);
  const listenerCount = countListeners(program.signal);
  const port = await closedPort();
  const client = new PulseMQClient({ host: '127.0.0.1', pubPort: port, username: 'a', token: 't', reconnect: false });
  for (let attempt = 0; attempt < 10; attempt++) {
    await expect(client.connect({ signal: program.signal })).rejects.toThrow();
  }
  await client.close();
  expect([dependentCountOf(program.signal), listenerCount()]).toEqual([1, 0]);
});

test('a call with several signals gets the reason of the one that aborts, also of one that had aborted before', async () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const reasonOf = (signal: AbortSignal): Promise<unknown> =>
    new Promise((resolve) => {
      if (signal.aborted) resolve(signal.reason);
      else signal.addEventListener('abort', () => resolve(signal.reason));
    });
  const waiting = withEither([first.signal, second.signal], reasonOf);
  second.abort('second');
  expect(await waiting).toBe('second');
  expect(await withEither([first.signal, second.signal], reasonOf)).toBe('second');
});
