import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CreatedWebhook, Webhook, WebhookAttempt } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { WebhookQueue } from '../../src/control/webhooks/webhook-queue.js';
import { RunningServer } from './running-server.js';
import { until } from './until.js';
import { isSigned, WebhookReceiver } from './webhook-receiver.js';

const hook = (running: RunningServer, url: string, more = {}) =>
  running.ok<CreatedWebhook>('POST', '/api/webhooks', { name: 'desk', url, ...more });
const list = (running: RunningServer) => running.ok<Webhook[]>('GET', '/api/webhooks');

test('an alert is sent signed when it begins and when it ends, and the secret stands in one answer alone', async () => {
  const receiver = await WebhookReceiver.open();
  const running = await RunningServer.start();
  const { id, secret } = await hook(running, receiver.url);
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
  const rule = await running.ok<{ id: number }>('POST', '/api/alert-rules', {
    name: 'big',
    kind: 'memory',
    threshold: 1,
  });
  const firing = await receiver.message(1);
  expect(isSigned(firing, secret)).toBe(true);
  expect(isSigned({ ...firing, body: `${firing.body} ` }, secret)).toBe(false);
  expect(Math.abs(Number(firing.headers['x-pulsemq-timestamp']) - Date.now() / 1_000)).toBeLessThan(60);
  expect(firing.headers).toMatchObject({
    'content-type': 'application/json',
    'user-agent': expect.stringMatching(/^PulseMQ/),
  });
  expect(firing.message).toMatchObject({
    event: 'firing',
    alert: { rule_name: 'big', kind: 'memory', state: 'firing' },
  });
  await running.ok('DELETE', `/api/alert-rules/${rule.id}`);
  const resolved = await receiver.message(2);
  expect(isSigned(resolved, secret)).toBe(true);
  expect(resolved.message).toMatchObject({
    event: 'resolved',
    alert: { id: firing.message.alert!.id, state: 'resolved' },
  });
  expect(resolved.headers['x-pulsemq-delivery']).not.toBe(firing.headers['x-pulsemq-delivery']);

  const [shown] = await until(
    () => list(running),
    ([one]) => one?.waiting_count === 0 && one.last_attempt !== null,
  );
  const last_attempt = { at: expect.any(String), is_ok: true, status: 204, error: null };
  expect(shown).toEqual({
    id,
    name: 'desk',
    url: receiver.url,
    is_enabled: true,
    waiting_count: 0,
    lost_count: 0,
    last_attempt,
  });
  const audit = JSON.stringify(await running.ok('GET', '/api/audit-logs'));
  expect(audit).toContain('webhook.create');
  const metrics = String((await running.call('GET', '/metrics')).body);
  expect(metrics).toMatch(/^pulsemq_webhook_messages_total\{result="sent"\} 2$/m);
  for (const text of [
    audit,
    metrics,
    running.log.join(''),
    JSON.stringify(shown),
    JSON.stringify(await running.ok('GET', '/api/definitions')),
  ]) {
    expect(text).not.toContain(secret);
  }
  expect(audit + running.log.join('')).not.toContain('key=hidden');
  // It is stored as it is, in the file that only the broker's user may read.
  expect(
    readFileSync(join(running.folder, 'pulsemq.db')).includes(secret) ||
      readFileSync(join(running.folder, 'pulsemq.db-wal')).includes(secret),
  ).toBe(true);
});

test('a message that is not taken is sent again, the same one, and a redirect is not followed', async () => {
  const receiver = await WebhookReceiver.open();
  receiver.statuses.push(307);
  const running = await RunningServer.start();
  const { secret } = await hook(running, receiver.url);
  await running.ok('POST', '/api/alert-rules', { name: 'big', kind: 'memory', threshold: 1 });
  const first = await receiver.message(1);
  const [failed] = await until(
    () => list(running),
    ([one]) => one?.last_attempt != null,
  );
  expect(failed).toMatchObject({
    waiting_count: 1,
    last_attempt: { is_ok: false, status: 307, error: 'the receiver answered 307' },
  });
  const second = await receiver.message(2);
  expect([second.body, second.headers['x-pulsemq-delivery']]).toEqual([
    first.body,
    first.headers['x-pulsemq-delivery'],
  ]);
  expect(isSigned(second, secret)).toBe(true);
  await until(
    () => list(running),
    ([one]) => one?.waiting_count === 0,
  );
});

test('a test goes out once and its result is the answer, also of a webhook that is off', async () => {
  const receiver = await WebhookReceiver.open();
  receiver.statuses.push(200, 500);
  const running = await RunningServer.start();
  const { id, secret } = await hook(running, receiver.url, { is_enabled: false });
  const send = () => running.ok<WebhookAttempt>('POST', `/api/webhooks/${id}/test`);
  expect(await send()).toMatchObject({ is_ok: true, status: 200, error: null });
  expect(isSigned(await receiver.message(1), secret)).toBe(true);
  expect((await receiver.message(1)).message).toMatchObject({ event: 'test', alert: null });
  expect(await send()).toMatchObject({ is_ok: false, status: 500 });
  await running.ok('PUT', `/api/webhooks/${id}`, { url: 'http://127.0.0.1:1/' });
  expect(await send()).toMatchObject({
    is_ok: false,
    status: null,
    error: expect.stringMatching(/ECONNREFUSED|bad port/),
  });
  expect(receiver.received).toHaveLength(2);
  await running.ok('DELETE', `/api/webhooks/${id}`);
  expect((await running.call('POST', `/api/webhooks/${id}/test`)).status).toBe(404);
});

test('what waits for a receiver is bounded, the oldest is given up, and the end of the broker waits for none', async () => {
  const receiver = await WebhookReceiver.open();
  receiver.isSilent = true;
  const lost: string[] = [];
  const totals = { sentCount: 0, lostCount: 0 };
  const row = { id: 1, name: 'desk', url: receiver.url, secret: 's', isEnabled: true };
  const queue = new WebhookQueue(row, totals, (_, reason) => lost.push(reason));
  const done = queue.push('"first"');
  await receiver.message(1);
  for (let count = 0; count < 110; count++) void queue.push(`${count}`);
  expect([queue.waitingCount, queue.lostCount, totals.lostCount]).toEqual([100, 11, 11]);
  expect(lost[0]).toBe('100 messages wait');
  queue.stop();
  await done;
  expect(receiver.received).toHaveLength(1);
});

test.each(['ftp://example.com/', 'example.com', 'http://user:password@example.com/', 'javascript:alert(1)'])(
  'the address %s is refused',
  async (url) => {
    const running = await RunningServer.start();
    const answer = await running.call('POST', '/api/webhooks', { name: 'x', url });
    expect(answer).toMatchObject({ status: 400, body: { details: [{ field: 'body.url' }] } });
  },
);

test('there are at most twenty webhooks', async () => {
  const running = await RunningServer.start();
  for (let count = 0; count < 20; count++) await hook(running, 'http://127.0.0.1:1/');
  const answer = await running.call('POST', '/api/webhooks', { name: 'x', url: 'http://127.0.0.1:1/' });
  expect(answer).toMatchObject({ status: 409, body: { code: 'TOO_MANY_WEBHOOKS' } });
});
