// 500 clients lose their broker at the same moment. Their attempts to reconnect must be spread over time.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { PulseMQClient } from '@pulsemq/client';
import { Broker } from './broker.mjs';

const clientCount = 500;
const windowMs = 100;
const watchedMs = 8_000;
/** The first wait is up to 1 s, so an even spread brings a tenth of the clients into each window. Three times that is allowed. */
const attemptsInWindowMax = clientCount * 0.3;

/**
 * The most attempts in the time of a window, over two windows each. When this process gets no processor for a while, a window lasts longer, and
 * the attempts of that time arrive in the next one.
 */
function mostInWindow(windows) {
  const rates = windows.slice(2).map(({ startMs: endMs }, index) => {
    const [first, second] = windows.slice(index, index + 2);
    return ((first.attempts + second.attempts) * windowMs) / (endMs - first.startMs);
  });
  return Math.max(...rates);
}

export async function crowd() {
  const broker = await Broker.start();
  const clients = Array.from(
    { length: clientCount },
    () => new PulseMQClient({ ...broker.options, reconnect: { maxTries: Number.POSITIVE_INFINITY } }),
  );
  const server = createServer();
  try {
    for (let at = 0; at < clientCount; at += 50) {
      await Promise.all(clients.slice(at, at + 50).map((client) => client.connect()));
    }
    await broker.kill();
    // This server closes every connection, so that it sees every attempt and every client tries again.
    const windows = [];
    const begin = () => windows.push({ startMs: performance.now(), attempts: 0 });
    server.on('connection', (socket) => {
      socket.on('error', () => socket.destroy());
      socket.destroy();
      windows.at(-1).attempts += 1;
    });
    server.listen(broker.pubPort, '127.0.0.1');
    await once(server, 'listening');
    begin();
    const timer = setInterval(begin, windowMs);
    await pause(watchedMs);
    clearInterval(timer);
    const total = windows.reduce((sum, { attempts }) => sum + attempts, 0);
    const most = Math.round(mostInWindow(windows));
    assert.ok(total >= clientCount, `${total} attempts in ${watchedMs} ms, expected at least ${clientCount}`);
    assert.ok(
      most <= attemptsInWindowMax,
      `${most} attempts within ${windowMs} ms, expected at most ${attemptsInWindowMax}`,
    );
    return `${clientCount} clients without a broker: ${total} attempts in ${watchedMs / 1_000} s, at most ${most} within ${windowMs} ms`;
  } finally {
    await Promise.all(clients.map((client) => client.close()));
    server.close();
    await broker.end();
  }
}
