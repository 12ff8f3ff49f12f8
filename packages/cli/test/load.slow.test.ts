import { join } from 'node:path';
import { MessageType } from '@pulsemq/protocol';
import Database from 'libsql';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RunningCommand } from './running-broker.js';

const publish = (topic: string) => ({
  type: MessageType.pub,
  namespace: 'market',
  topic,
  payload: Buffer.from(topic),
});

describe('defect 39: a slow step delays no other client', () => {
  test('fifty log-ins at once: publishes go on, in order and to every subscriber', async () => {
    const running = await RunningCommand.start();
    const wire = await running.wire();
    const subscriber = await running.bound(wire);
    await wire.request({ type: MessageType.sub, namespace: 'market', topic: '>' });
    const { username, password } = running.admin;
    const abort = new AbortController();
    let doneCount = 0;
    const logIns = Array.from({ length: 50 }, async () => {
      await running.call('POST', '/login', { username, password }, undefined, abort.signal);
      doneCount++;
    });
    await Promise.race(logIns);
    // Fifty passwords take seconds; publishes that waited for them would come to a handful.
    for (let count = 0; count < 300; count++) {
      const message = publish(`t${count}`);
      expect((await wire.request(message)).type).toBe(MessageType.ack);
      expect((await subscriber.delivery()).topic).toBe(message.topic);
    }
    expect(doneCount).toBeLessThan(logIns.length);
    abort.abort();
    await Promise.allSettled(logIns);
  });

  test('publishes go on, also to new topics, while the store is locked, and are stored afterwards', async () => {
    const running = await RunningCommand.start();
    const wire = await running.wire();
    const jwt = await running.logIn();
    const store = new Database(join(running.cwd, 'pulsemq.db'));
    onTestFinished(() => {
      store.close();
    });
    store.exec('BEGIN IMMEDIATE');
    let isAnswered = false;
    const created = running.call('POST', '/api/namespaces', { name: 'waiting' }, jwt).finally(() => {
      isAnswered = true;
    });
    const count = 2_000;
    for (let index = 0; index < count; index++) wire.send(publish(`t${index}`));
    for (let index = 0; index < count; index++) expect((await wire.reply()).type).toBe(MessageType.ack);
    expect(isAnswered).toBe(false);
    store.exec('COMMIT');
    expect((await created).status).toBe(201);
    const topicCount = async () => {
      const namespaces = await (await running.call('GET', '/api/namespaces', undefined, jwt)).json();
      return (namespaces as { name: string; topic_count: number }[]).find(({ name }) => name === 'market')?.topic_count;
    };
    while ((await topicCount()) !== count);
  });
});
