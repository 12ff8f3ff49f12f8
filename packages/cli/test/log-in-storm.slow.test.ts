import { MessageType } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { RunningCommand } from './running-broker.js';

const publish = (topic: string) => ({
  type: MessageType.pub,
  namespace: 'market',
  topic,
  payload: Buffer.from(topic),
});

// The thread of the passwords gets what others leave: on a busy machine that is little.
test('defect 39: all of fifty log-ins at once succeed: publishes go on, in order and to every subscriber', {
  timeout: 300_000,
}, async () => {
  const running = await RunningCommand.start();
  const wire = await running.wire();
  const subscriber = await running.bound(wire);
  await wire.request({ type: MessageType.sub, namespace: 'market', topic: '>' });
  const { username, password } = running.admin;
  // The address is known from now on: 60 attempts of its lane may wait, else 16, and fifty that come before the first is checked are too many.
  await running.logIn();
  let doneCount = 0;
  const logIns = Array.from({ length: 50 }, async () => {
    const { status } = await running.call('POST', '/login', { username, password });
    doneCount++;
    return status;
  });
  // Round after round, each waits for its acknowledgement and its delivery.
  let count = 0;
  while (doneCount < logIns.length) {
    // Not a new topic each: a busy machine takes more rounds than a namespace may have topics.
    const message = publish(`t${count % 1_000}`);
    expect((await wire.request(message)).type).toBe(MessageType.ack);
    expect((await subscriber.delivery()).topic).toBe(message.topic);
    count++;
  }
  expect(await Promise.all(logIns)).toEqual(Array(50).fill(200));
  // Fifty passwords take the thread of their own seconds; behind them there would have been a handful.
  expect(count).toBeGreaterThan(100);
});
