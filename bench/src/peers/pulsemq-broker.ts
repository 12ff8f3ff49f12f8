import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PulseMQServer } from '@pulsemq/broker';
import type { PeerAddress } from '../wire/peer-wire.js';
import { benchNamespace, benchUsername } from '../wire/pulsemq.js';
import { AdminApi } from './admin-api.js';
import { collectGarbage } from './collect-garbage.js';

/** The whole broker in a process of its own. Makes the user `bench`, who may publish and read by a grant; tells where it is; then serves. */

/** What this process tells when it serves. */
export interface BrokerReady {
  readonly address: PeerAddress;
  /** A log-in of the first admin. */
  readonly apiToken: string;
}

/** What it answers when it is asked for its memory. */
export interface BrokerMemory {
  /** After a collection in every thread. */
  readonly residentBytes: number;
}

const workingDirectory = process.cwd();
async function makeBenchUser(api: AdminApi): Promise<string> {
  const { id: namespaceId } = await api.post<{ id: number }>('/api/namespaces', { name: benchNamespace });
  const user = await api.post<{ id: number; token: string }>('/api/users', { username: benchUsername });
  await api.post(`/api/namespaces/${namespaceId}/permissions`, { user_id: user.id, role: 'pub' });
  return user.token;
}

const server = new PulseMQServer({
  config: {
    server: { host: '127.0.0.1', pub_port: 0, admin_port: 0 },
    // One user opens every connection of a run.
    limits: { max_connections_per_user: 100_000 },
  },
  workingDirectory,
  console: null,
});
const { pubPort, subPort, adminPort } = await server.start();
const { username, password } = JSON.parse(readFileSync(join(workingDirectory, '.pulsemq_admin'), 'utf8')) as {
  username: string;
  password: string;
};
const admin = { port: adminPort, username, password };
const api = await AdminApi.logIn(admin);
const token = await makeBenchUser(api);
const ready: BrokerReady = { address: { pubPort, subPort, token, admin }, apiToken: api.token };

process.on('message', async () => {
  await collectGarbage();
  const memory: BrokerMemory = { residentBytes: process.memoryUsage.rss() };
  process.send?.(memory);
});
process.once('disconnect', () => process.exit(0));
process.send?.(ready);
