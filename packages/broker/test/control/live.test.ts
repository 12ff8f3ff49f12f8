import { MessageType } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { RunningServer } from './running-server.js';

/** The server-sent events of a stream, as they come. */
async function* eventsOf(running: RunningServer): AsyncGenerator<{ name: string; data: Record<string, unknown> }> {
  const response = await fetch(`http://127.0.0.1:${running.server.addresses.adminPort}/api/stream`, {
    headers: { authorization: `Bearer ${running.jwt}` },
  });
  let text = '';
  for await (const chunk of response.body!) {
    text += Buffer.from(chunk).toString();
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const [name, data] = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      yield { name: name!.slice('event: '.length), data: JSON.parse(data!.slice('data: '.length)) };
    }
  }
}

test('the stream tells figures every second, and who comes and goes', async () => {
  const running = await RunningServer.start();
  const user = await running.user('bot');
  const wire = await running.wire('admin', running.admin.token);
  for (let count = 0; count < 7; count++) {
    await wire.request({ type: MessageType.pub, namespace: 'market', topic: 'a', payload: Buffer.from('x') });
  }
  const seen: string[] = [];
  let isCounted = false;
  for await (const { name, data } of eventsOf(running)) {
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
