// 500 clients that lose their broker at one moment come back spread, not all at once.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { PulseMQClient } from '@pulsemq/client';
import { Broker } from './broker.mjs';

const clientCount = 500;
const windowMs = 100;
const watchedMs = 8_000;
/** With a first wait of up to 1 s, a tenth of the clients is what an even spread brings in a window. */
const mostInWindow = clientCount * 0.3;

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
    // Nobody answers here, so that every try is seen and every client tries again.
    const windows = new Array(watchedMs / windowMs).fill(0);
    const startMs = performance.now();
    server.on('connection', (socket) => {
      socket.on('error', () => socket.destroy());
      socket.destroy();
      const window = Math.floor((performance.now() - startMs) / windowMs);
      if (window < windows.length) windows[window] += 1;
    });
    server.listen(broker.pubPort, '127.0.0.1');
    await once(server, 'listening');
    await pause(watchedMs);
    const most = Math.max(...windows);
    const total = windows.reduce((sum, tries) => sum + tries, 0);
    assert.ok(total >= clientCount, `only ${total} tries were seen`);
    assert.ok(most <= mostInWindow, `${most} tries within ${windowMs} ms`);
    return `${clientCount} clients without a broker: ${total} tries in ${watchedMs / 1_000} s, ${most} at most within ${windowMs} ms`;
  } finally {
    await Promise.all(clients.map((client) => client.close()));
    server.close();
    await broker.end();
  }
}
