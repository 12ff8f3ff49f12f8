import { MessageType } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { EventReader } from './event-reader.js';
import { RunningServer } from './running-server.js';

test('the stream tells figures every second, and who comes and goes', async () => {
  const running = await RunningServer.start();
  const user = await running.user('bot');
  const wire = await running.wire('admin', running.admin.token);
  for (let count = 0; count < 7; count++) {
    await wire.request({ type: MessageType.pub, namespace: 'market', topic: 'a', payload: Buffer.from('x') });
  }
  const seen: string[] = [];
  let isCounted = false;
  const stream = await EventReader.open(running, '/api/stream');
  for (;;) {
    const { name, data } = (await stream.next()) as { name: string; data: Record<string, unknown> };
    if (name === 'event') seen.push(String(data.text));
    else if (data.msg_total === 7) isCounted = true;
    if (seen.length === 1 && isCounted && !seen.includes('bot connected')) await running.wire('bot', user.token);
    if (seen.includes('bot connected')) break;
  }
  expect(seen).toEqual(['admin connected', 'bot connected']);
});

test('the stream needs a log-in', async () => {
  const running = await RunningServer.start();
  expect((await running.call('GET', '/api/stream', undefined, null)).status).toBe(401);
});

test('the console is served from this broker alone, and nothing outside its folder', async () => {
  const running = await RunningServer.start();
  const page = await running.call('GET', '/', undefined, null);
  expect(page.status).toBe(200);
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  const script = /src="\.\/(assets\/[^"]+)"/.exec(String(page.body))![1]!;
  expect((await running.call('GET', `/${script}`, undefined, null)).status).toBe(200);
  for (const path of ['/..%2fpackage.json', '/assets/..%2f..%2fpackage.json', '/nothing.js']) {
    expect((await running.call('GET', path, undefined, null)).status).toBeGreaterThanOrEqual(400);
  }
});
