import { createHash } from 'node:crypto';
import { engineInWorker } from '../../../packages/broker/dist/engine-link.js';
import { benchUser } from '../wire/pulsemq.js';

/** The engine of the broker in a process of its own, with one user who needs no grants. Tells its ports, then serves. */

const link = engineInWorker();
link.onEvent((event) => {
  if (event.kind === 'listening') process.send?.({ pubPort: event.pubPort, subPort: event.subPort });
  if (event.kind === 'counters') process.send?.({ droppedCount: event.counters.droppedCount });
  if (event.kind === 'failed') throw new Error(event.message);
});
const tokenHash = createHash('sha256').update(benchUser.token).digest('hex');
link.send({
  kind: 'start',
  config: {
    host: '127.0.0.1',
    pubPort: 0,
    subPort: 0,
    server: 'bench',
    legacySubscribers: true,
    pingIntervalMs: 30_000,
    pingTimeoutMs: 3_000,
    handshakeTimeoutMs: 60_000,
    maxConnectionsPerUser: 100_000,
    maxSubscriptionsPerConnection: 100_000,
    maxTopicsPerNamespace: 100_000,
    outboxMessageCount: 10_000,
    outboxBytes: 67_108_864,
    outboxTotalBytes: 1_073_741_824,
    pacingMs: 5,
    imageTotalBytes: 0,
  },
  entitlements: {
    users: [{ id: 1, name: benchUser.username, type: 'mq_super', isActive: true, tokenHash }],
    namespaces: [{ id: 1, name: 'market', isActive: true, keepLastValue: false }],
    grants: [],
  },
  topics: [],
});
process.on('message', (message) => {
  if (message === 'memory') {
    global.gc?.();
    process.send?.({ residentBytes: process.memoryUsage.rss() });
  }
});
process.once('disconnect', () => process.exit(0));
