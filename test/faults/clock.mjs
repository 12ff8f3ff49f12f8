// The wall clock of the broker jumps an hour ahead, an hour back, and right again: no connection ends, no message is lost, times follow.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PulseMQClient } from '@pulsemq/client';
import { Broker } from '../resilience/broker.mjs';
import { until } from '../resilience/wait.mjs';
import { Peers } from './peers.mjs';

const hourMs = 3_600_000;
const offsetsMs = [hourMs, 0, -hourMs, 0, 24 * hourMs, 0];
/** What may lie between the two clocks: the broker follows a step within a second. */
const followedMs = 5_000;
const shifted = pathToFileURL(new URL('shifted-clock.mjs', import.meta.url).pathname).href;

export async function clock() {
  const folder = mkdtempSync(join(tmpdir(), 'pulsemq-clock-'));
  const file = join(folder, 'offset');
  writeFileSync(file, '0');
  process.env.PULSEMQ_CLOCK_FILE = file;
  const broker = await Broker.start({ nodeArguments: ['--import', shifted] });
  const ports = { pubPort: broker.pubPort, subPort: broker.pubPort + 1 };
  const peers = new Peers(broker, { publisher: ports, subscriber: ports });
  const watch = new PulseMQClient(broker.options);
  let receivedAt = 0;
  try {
    await peers.start();
    await watch.connect();
    await watch.subscribe('faults', 'fault.>', { onMessage: (message) => (receivedAt = message.receivedAt) });
    for (const offsetMs of offsetsMs) {
      writeFileSync(file, String(offsetMs));
      await until(
        () => {
          void peers.publish(1);
          return Math.abs(receivedAt - Date.now() - offsetMs) < followedMs;
        },
        10_000,
        `messages with the time of an offset of ${offsetMs} ms`,
      );
      await peers.publish(20);
      assert.equal((await broker.call('GET', '/health')).status, 'ok');
      // The log-in was made at the right time: it is valid for hours.
      if (Math.abs(offsetMs) <= hourMs) await broker.call('GET', '/api/stats/system');
    }
    await peers.settle();
    const { publisher, subscriber } = peers.lostCount;
    assert.equal(publisher + subscriber, 0, 'a connection was lost');
    assert.equal(peers.ledger.totals.missed, 0);
    return `${offsetsMs.length} jumps, the longest of a day: ${peers.ackedCount} acknowledged, ${peers.ledger.totals.received} received, no connection lost`;
  } finally {
    await Promise.all([peers.close(), watch.close()]);
    await broker.end();
    rmSync(folder, { recursive: true, force: true });
    delete process.env.PULSEMQ_CLOCK_FILE;
  }
}
