import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { sendAdminCall } from '../src/admin-api/admin-request.js';

/** A server that leaves every request open. Answers its address, and the next request it got. */
async function silentServer(): Promise<{ url: string; next: () => Promise<ServerResponse> }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, next: async () => (await once(server, 'request'))[1] };
}

const call = { method: 'GET', path: '/api/stream', signal: new AbortController().signal } as const;

/** Only the timers of this process are made up; the sockets are real. */
function madeUpTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
}

test('a call without an answer ends after its time, 15 s or what it was given', async () => {
  const { url, next } = await silentServer();
  for (const [more, seconds] of [
    [{}, 15],
    [{ answerWithinMs: 290_000 }, 290],
  ] as const) {
    madeUpTimers();
    const request = next();
    const answer = sendAdminCall(url, { ...call, ...more }).catch((error: Error) => error.message);
    await request;
    vi.advanceTimersByTime(seconds * 1_000);
    expect(await answer).toBe(`cannot reach the HTTP API at ${url}: no answer within ${seconds} s`);
    vi.useRealTimers();
  }
});

test('an answer that has begun may take any time: a stream, or a large backup', async () => {
  const { url, next } = await silentServer();
  madeUpTimers();
  const request = next();
  const answer = sendAdminCall(url, call);
  const response = await request;
  response.write('first');
  const { body } = await answer;
  vi.advanceTimersByTime(3_600_000);
  response.end(' last');
  expect(await new Response(body).text()).toBe('first last');
});
