import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Peer } from './peer.js';
import { firstLine, freePort, peersFolder, startListening, stopProcess } from './process.js';

const file = join(peersFolder, 'nats-server');

/** Limits at which NATS does not close slow subscribers during a run. */
const settings = 'max_pending: 1GB\nwrite_deadline: "60s"\nmax_payload: 64MB\nmax_connections: 100000\n';

export const natsPeer: Peer = {
  name: 'NATS',
  wire: 'nats',
  describe: () => {
    const version = firstLine(file, '--version');
    return version && `${version}, max_pending 1GB, write_deadline 60s, max_payload 64MB`;
  },
  start: async () => {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'bench-nats-'));
    writeFileSync(join(folder, 'nats.conf'), settings);
    const child = await startListening(
      file,
      ['-a', '127.0.0.1', '-p', String(port), '-c', join(folder, 'nats.conf')],
      port,
    );
    return {
      address: { pubPort: port, subPort: port },
      pid: child.pid!,
      stop: async () => {
        await stopProcess(child);
        rmSync(folder, { recursive: true });
      },
    };
  },
};
