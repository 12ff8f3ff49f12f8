import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { natsPeer } from './nats.js';
import type { Peer } from './peer.js';
import { freePort, peersFolder, startListening, stopProcess } from './process.js';
import { redisPeer } from './redis.js';

/** Brokers of others that keep what is published to them. */

/** `sync` is the server's `sync_interval`: `2m` is its default. */
export const jetstreamPeer = (sync: '2m' | 'always'): Peer => ({
  name: `JetStream ${sync}`,
  wire: 'jetstream',
  describe: () => {
    const nats = natsPeer.describe();
    return nats && `${nats.split(',')[0]}, JetStream in a file, sync_interval ${sync}, every publish acknowledged`;
  },
  start: async () => {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'bench-jetstream-'));
    const store = `jetstream { store_dir: "${folder}", sync_interval: ${sync} }`;
    writeFileSync(join(folder, 'nats.conf'), `max_pending: 1GB\nwrite_deadline: "60s"\n${store}\n`);
    const args = ['-a', '127.0.0.1', '-p', String(port), '-c', join(folder, 'nats.conf')];
    const child = await startListening(join(peersFolder, 'nats-server'), args, port);
    return {
      address: { pubPort: port, subPort: port },
      pid: child.pid!,
      stop: async () => {
        await stopProcess(child);
        rmSync(folder, { recursive: true });
      },
    };
  },
});

export const redisStreamsPeer: Peer = {
  name: 'Redis Streams',
  wire: 'redisStreams',
  describe: () => {
    const redis = redisPeer.describe();
    return (
      redis && `${redis.split(',')[0]}, a stream for each topic, appendonly, appendfsync everysec, every XADD answered`
    );
  },
  start: async () => {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'bench-redis-'));
    const store = ['--dir', folder, '--save', '', '--appendonly', 'yes', '--appendfsync', 'everysec'];
    const child = await startListening('redis-server', ['--port', String(port), '--bind', '127.0.0.1', ...store], port);
    return {
      address: { pubPort: port, subPort: port },
      pid: child.pid!,
      stop: async () => {
        await stopProcess(child);
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
};
