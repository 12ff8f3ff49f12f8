import './dom.js';

import { renderHook, waitFor } from '@testing-library/react';
import { expect, onTestFinished, test } from 'vitest';
import { TestBroker } from '../../client/test/support/broker.js';
import { useConnected, useLast, useLiveTable, useMessages, useStatus } from '../src/index.js';
import { atBroker, below, market } from './support.js';

const text = (data: unknown): string => String(data);

test('useLast follows a topic, says that there is no value, and unsubscribes with the last component', async () => {
  const { namespace, client, quote } = await market();
  const errors: Error[] = [];
  client.on('error', (error) => errors.push(error));
  const { result, unmount } = renderHook(() => useLast(namespace, 'a'), { wrapper: below(client) });
  expect(result.current).toEqual({ message: undefined, confirmed: false, state: 'opening', error: undefined });
  await waitFor(() => expect(result.current).toMatchObject({ state: 'live', message: undefined, confirmed: true }));
  await quote('a', 1);
  await waitFor(() => expect(text(result.current.message?.data)).toBe('{"price":1}'));
  const second = renderHook(() => useLast(namespace, 'a'), { wrapper: below(client) });
  expect(text(second.result.current.message?.data)).toBe('{"price":1}');
  expect(await atBroker(client)).toEqual(['a']);
  unmount();
  await quote('a', 2);
  await waitFor(() => expect(text(second.result.current.message?.data)).toBe('{"price":2}'));
  second.unmount();
  await expect.poll(() => atBroker(client)).toEqual([]);
  expect(errors).toEqual([]);
});

test('a component that unmounts before its subscription is live leaves none', async () => {
  const { namespace, client } = await market();
  for (let count = 0; count < 5; count++) {
    const { unmount } = renderHook(() => useLiveTable(namespace, `x${count}.>`), { wrapper: below(client) });
    unmount();
  }
  await expect.poll(() => atBroker(client)).toEqual([]);
});

test('another topic in the same component: the old subscription goes, and its value with it', async () => {
  const { namespace, client, quote } = await market();
  await quote('a', 1);
  await quote('b', 2);
  const hook = ({ topic }: { topic: string }) => useLast(namespace, topic);
  const { result, rerender } = renderHook(hook, { wrapper: below(client), initialProps: { topic: 'a' } });
  await waitFor(() => expect(result.current.message?.topic).toBe('a'));
  rerender({ topic: 'b' });
  expect(result.current).toMatchObject({ state: 'opening', message: undefined });
  await waitFor(() => expect(result.current.message?.topic).toBe('b'));
  await expect.poll(() => atBroker(client)).toEqual(['b']);
});

test('useMessages keeps the newest messages, renders at most once a frame, and not without a message', async () => {
  const { namespace, writer, client } = await market();
  let frameCount = 0;
  let renderCount = 0;
  const watch = (): void => {
    frameCount++;
    requestAnimationFrame(watch);
  };
  const hook = () => {
    renderCount++;
    return useMessages(namespace, 'trades.>', { limit: 3 });
  };
  const { result, unmount } = renderHook(hook, { wrapper: below(client) });
  await waitFor(() => expect(result.current.state).toBe('live'));
  requestAnimationFrame(watch);
  const renderedBefore = renderCount;
  const texts = Array.from({ length: 2_000 }, (_, index) => Buffer.from(`${index}`));
  await writer.publishMany(namespace, 'trades.a', texts);
  await waitFor(() => expect(result.current.messages.map(({ data }) => text(data))).toEqual(['1997', '1998', '1999']));
  // StrictMode renders twice.
  expect((renderCount - renderedBefore) / 2).toBeLessThanOrEqual(frameCount + 1);
  const { current } = result;
  const rendered = renderCount;
  const end = frameCount + 5;
  await expect.poll(() => frameCount).toBeGreaterThan(end);
  expect([renderCount, result.current === current]).toEqual([rendered, true]);
  unmount();
});

test('useLiveTable keeps the objects of rows that have not changed, and says which are not confirmed', async () => {
  const { broker, namespace, client, quote } = await market(await TestBroker.start());
  await quote('a', 1);
  await quote('b', 2);
  // New options with each render, as components write them.
  const hook = () => useLiveTable(namespace, '*', { columns: ['price'], maxRate: 100 });
  const { result } = renderHook(hook, { wrapper: below(client) });
  await waitFor(() => expect(result.current.rows.map(({ values }) => values)).toEqual([{ price: 1 }, { price: 2 }]));
  const [a, b] = result.current.rows;
  await quote('b', 3);
  await waitFor(() => expect(result.current.rows[1]?.values).toEqual({ price: 3 }));
  expect([result.current.rows[0] === a, b?.values]).toEqual([true, { price: 2 }]);
  await broker.deleteTopic(namespace, 'a');
  await waitFor(() => expect(result.current.rows.map(({ topic }) => topic)).toEqual(['b']));
  await broker.stop();
  await waitFor(() => expect(result.current.rows.map(({ confirmed }) => confirmed)).toEqual([false]));
  expect(result.current.state).toBe('live');
});

test('useConnected and useStatus follow a restart of the broker', async () => {
  const { broker, namespace, writer, client, quote } = await market(await TestBroker.start());
  await quote('a', 1);
  const hook = () => ({ isConnected: useConnected(), ...useStatus(namespace, '*') });
  const { result } = renderHook(hook, { wrapper: below(client) });
  await waitFor(() => expect(result.current).toMatchObject({ state: 'live', isConnected: true }));
  await broker.deleteTopic(namespace, 'a');
  await writer.close();
  await broker.restart();
  await waitFor(() => expect(result.current.isConnected).toBe(false));
  await waitFor(() => expect(result.current).toMatchObject({ state: 'live', isConnected: true }));
});

test('useStatus: the publisher of a topic is gone', async () => {
  const { broker, namespace, client, quote } = await market();
  const other = await broker.connected();
  await other.publish(namespace, 'a', Buffer.from('1'));
  const { result } = renderHook(() => useStatus(namespace, '*'), { wrapper: below(client) });
  await waitFor(() => expect(result.current.state).toBe('live'));
  await other.close();
  await waitFor(() => expect(result.current.statuses.get('a')?.publisher).toBe('gone'));
  await quote('a', 2);
  await waitFor(() => expect(result.current.statuses.get('a')?.publisher).toBe('present'));
});

test('errors are values: bad names, bad options, namespaces without last values, a client that is closed', async () => {
  const { namespace, client } = await market();
  const { result } = renderHook(
    () => ({
      name: useLast(namespace, 'a.*'),
      limit: useMessages(namespace, '>', { limit: 0 }),
      rate: useLiveTable(namespace, '>', { maxRate: -1 }),
      namespace: useLiveTable('other', '>'),
      fine: useMessages(namespace, '>'),
    }),
    { wrapper: below(client) },
  );
  await waitFor(() => {
    expect(result.current).toMatchObject({
      name: { state: 'failed', error: { message: 'the topic is a.*, a pattern: give one topic, or use useLiveTable' } },
      limit: { state: 'failed', error: { message: 'limit is 0: give a whole number of messages from 1 to 100000' } },
      rate: { state: 'failed', error: { code: 'PMQ_BAD_OPTION' } },
      namespace: { state: 'failed', error: expect.any(Error) },
      fine: { state: 'live', error: undefined },
    });
  });
  await client.close();
  await waitFor(() => expect(result.current.fine.state).toBe('failed'));
});

test('a component that is rendered before connect() has its value after it', async () => {
  const { broker, namespace, quote } = await market();
  await quote('a', 1);
  const client = broker.client();
  const { result } = renderHook(() => useLast(namespace, 'a'), { wrapper: below(client) });
  await waitFor(() => expect(result.current.error?.message).toMatch(/call connect\(\) first/));
  await client.connect();
  await waitFor(() =>
    expect(result.current).toMatchObject({ state: 'live', error: undefined, message: { sequence: 1 } }),
  );
});

test('a hook without a provider says what is missing', () => {
  expect(() => renderHook(() => useLast('market', 'a'))).toThrow('put a PulseMQProvider above this component');
});

test('a tab without frames, because it is hidden, is brought up to date by a timer', async () => {
  const { namespace, client, quote } = await market();
  const { requestAnimationFrame } = globalThis;
  globalThis.requestAnimationFrame = () => 0;
  onTestFinished(() => {
    globalThis.requestAnimationFrame = requestAnimationFrame;
  });
  await quote('a', 1);
  const { result } = renderHook(() => useLast(namespace, 'a'), { wrapper: below(client) });
  await waitFor(() => expect(result.current.message?.sequence).toBe(1), { timeout: 10_000 });
});
