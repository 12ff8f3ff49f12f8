import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PulseMQServer } from '@pulsemq/broker';
import { engineInWorker } from '../../../packages/broker/dist/engine-link.js';
import type { EngineEvent, EngineLink } from '../../../packages/broker/dist/port.js';
import { benchNamespace, benchUsername } from '../wire/pulsemq.js';
import { AdminApi } from './admin-api.js';
import { collectGarbage } from './collect-garbage.js';
import type { WriteDelay } from './peer.js';

/** The whole broker in a process of its own. Makes the user `bench`, who may publish and read by a grant; tells where it is; then serves. */

/** What this process is asked, and what it answers. */
export type BrokerAsk = 'memory' | 'writeDelays';
export type BrokerReply = { readonly residentBytes: number } | { readonly writeDelays: readonly WriteDelay[] };

const workingDirectory = process.cwd();
let writeDelays: WriteDelay[] = [];

function note(event: EngineEvent): void {
  if (event.kind !== 'report') return;
  const delay = event.report.whole?.writeDelayUs;
  if (delay !== null && delay !== undefined) writeDelays.push({ p50: delay.p50, p99: delay.p99, max: delay.max });
}

/** The engine in its thread as ever; what it reports is also kept here. */
function watchedEngine(): EngineLink {
  const link = engineInWorker();
  return {
    send: (command) => link.send(command),
    onEvent: (listener) =>
      link.onEvent((event) => {
        note(event);
        listener(event);
      }),
    terminate: () => link.terminate(),
  };
}

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
  engine: watchedEngine,
});
const { pubPort, subPort, adminPort } = await server.start();
const { username, password } = JSON.parse(readFileSync(join(workingDirectory, '.pulsemq_admin'), 'utf8')) as {
  username: string;
  password: string;
};
const admin = { port: adminPort, username, password };
const token = await makeBenchUser(await AdminApi.logIn(admin));

process.on('message', (ask: BrokerAsk) => {
  if (ask === 'memory') void collectGarbage().then(() => process.send?.({ residentBytes: process.memoryUsage.rss() }));
  else {
    process.send?.({ writeDelays });
    writeDelays = [];
  }
});
process.once('disconnect', () => process.exit(0));
process.send?.({ pubPort, subPort, token, admin });
