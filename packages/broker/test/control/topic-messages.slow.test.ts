import { MessageType } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { publishText } from './market-text.js';
import { RunningServer } from './running-server.js';

async function withTopic(more: object = {}, config = {}): Promise<RunningServer> {
  const running = await RunningServer.start(config);
  await running.ok('POST', '/api/namespaces', { name: 'market', ...more });
  return running;
}

/** Waits for the topic that was first published to: it is stored a moment later. */
async function topicId(running: RunningServer): Promise<number> {
  for (;;) {
    const [topic] = await running.ok<{ id: number }[]>('GET', '/api/topics');
    if (topic !== undefined) return topic.id;
  }
}

test('a last value is kept from the first request for it on, and the refusals before say why', async () => {
  const running = await withTopic();
  const rules = [{ pattern: '>', max_age_ms: 86_400_000, calendar: null }];
  await running.ok('PUT', '/api/namespaces/1/freshness', { rules });
  const wire = await running.wire('admin', running.admin.token);
  await wire.request(publishText('a', 'first'));
  const path = `/api/topics/${await topicId(running)}/last`;
  expect(await running.call('GET', path)).toMatchObject({ status: 404, body: { code: 'NOT_KEPT' } });
  expect(await running.call('GET', path)).toMatchObject({ status: 404, body: { code: 'NOT_YET' } });
  await wire.request(publishText('a', '{"bid": 1}'));
  const value = await running.ok<{ age_ms: number }>('GET', path);
  expect(value).toMatchObject({
    message: { sequence: 2, username: 'admin', content: { kind: 'text', text: '{"bid": 1}', is_json: true } },
    is_stale: false,
  });
  expect(value.age_ms).toBeGreaterThanOrEqual(0);
  await wire.close();
  while (!(await running.ok<{ is_stale: boolean }>('GET', path)).is_stale);
  const raw = await running.call('GET', `${path}?raw=true`);
  expect(raw).toMatchObject({ status: 200, body: '{"bid": 1}' });
  expect(raw.headers.get('content-type')).toBe('application/octet-stream');
  expect(raw.headers.get('x-pulsemq-format')).toBe('string');
});

test('a namespace may keep the last values of all its topics, and let them go again', async () => {
  const running = await withTopic({ keep_last_value: true });
  const wire = await running.wire('admin', running.admin.token);
  await wire.request(publishText('a', 'kept'));
  const path = `/api/topics/${await topicId(running)}/last`;
  expect(await running.ok('GET', path)).toMatchObject({ message: { content: { text: 'kept' } } });
  await running.ok('PUT', '/api/namespaces/1', { keep_last_value: false });
  expect(await running.call('GET', path)).toMatchObject({ status: 404, body: { code: 'NOT_KEPT' } });
});

test('asked for before the first message of this run, the first message is there', async () => {
  const running = await withTopic();
  const wire = await running.wire('admin', running.admin.token);
  await wire.request(publishText('a'));
  const path = `/api/topics/${await topicId(running)}/last`;
  const { folder } = running;
  await running.server.stop();
  const again = await RunningServer.start({}, folder);
  expect(await again.call('GET', path)).toMatchObject({ status: 404, body: { code: 'NOT_YET' } });
  const rewired = await again.wire('admin', again.admin.token);
  await rewired.request(publishText('a', 'the first'));
  expect(await again.ok('GET', path)).toMatchObject({ message: { content: { text: 'the first' } } });
});

test('without room for values the refusal names the setting', async () => {
  const running = await withTopic({ keep_last_value: true }, { limits: { last_value_bytes: 300 } });
  const wire = await running.wire('admin', running.admin.token);
  await wire.request(publishText('a', 'x'.repeat(400)));
  const path = `/api/topics/${await topicId(running)}/last`;
  expect(await running.call('GET', path)).toMatchObject({
    status: 404,
    body: { code: 'NOT_KEPT', error: expect.stringContaining('limits.last_value_bytes') },
  });
  await wire.request(publishText('a', 'fits'));
  expect((await running.call('GET', path)).status).toBe(200);
});

test('a large value is shown in part, and whole as raw bytes', async () => {
  const running = await withTopic({ keep_last_value: true });
  const wire = await running.wire('admin', running.admin.token);
  const payload = 'y'.repeat(9_000_000);
  await wire.request(publishText('a', payload, { format: 0 }));
  const path = `/api/topics/${await topicId(running)}/last`;
  const { message } = await running.ok<{ message: { content: { base64: string } } }>('GET', path);
  expect(message).toMatchObject({ payload_bytes: 9_000_000, content: { kind: 'bytes', is_cut: true } });
  expect(message.content.base64.length).toBeLessThan(100_000);
  expect((await running.call('GET', `${path}?raw=true`)).body).toBe(payload);
  await wire.request(publishText('a', payload, { format: 3 }));
  expect(await running.ok('GET', path)).toMatchObject({
    message: {
      payload_bytes: 9_000_000,
      content: { kind: 'unreadable', problem: expect.stringContaining('raw=true') },
    },
  });
});

test('a deleted topic gives its value back', async () => {
  const running = await withTopic({ keep_last_value: true });
  const wire = await running.wire('admin', running.admin.token);
  await wire.request(publishText('a'));
  const id = await topicId(running);
  await running.ok('DELETE', `/api/topics/${id}`);
  expect((await running.call('GET', `/api/topics/${id}/last`)).status).toBe(404);
});

test('the subscribers of a topic come with the pattern that matches', async () => {
  const running = await withTopic();
  const publisher = await running.wire('admin', running.admin.token);
  const bot = await running.user('bot', 1, 'sub');
  const reader = await running.wire('bot', bot.token);
  await running.bound(reader);
  await reader.request({ type: MessageType.sub, namespace: 'market', topic: 'a.*' });
  await publisher.request(publishText('a.b'));
  const path = `/api/topics/${await topicId(running)}/subscribers`;
  const answer = await running.call('GET', path);
  expect(answer.body).toEqual([
    { connection_id: expect.stringMatching(/^s\d+$/), user_id: bot.id, username: 'bot', pattern: 'a.*' },
  ]);
  expect(answer.headers.get('x-total-count')).toBe('1');
  expect((await running.call('GET', '/api/topics/99/subscribers')).status).toBe(404);
});
