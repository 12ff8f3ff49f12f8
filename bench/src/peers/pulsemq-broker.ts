import { readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { PeerAddress } from '../wire/peer-wire.js';
import { benchNamespace, benchUsername } from '../wire/pulsemq.js';
import { AdminApi } from './admin-api.js';
import { collectGarbage } from './collect-garbage.js';
import { type EncryptionKind, encryptedConfig } from './encrypted-config.js';

/**
 * One whole broker in a process of its own. It loads the build it is given, creates the user `bench`, who may publish and read by a
 * grant, reports its addresses, and serves until its parent disconnects.
 *
 * `--baseline` starts older builds with this file. It therefore uses only what commit d52c8ad has: the exported `PulseMQServer` with
 * `config`, `workingDirectory` and `console`, the file `.pulsemq_admin`, and four POST routes of the API.
 */

/** What this process is started with, as JSON in its first argument. */
export interface BrokerJob {
  /** Root of a repository that is installed and built. */
  readonly root: string;
  /** Configuration as in a file. */
  readonly config: object;
  /** Not given: clear text. */
  readonly encryption?: EncryptionKind;
}

/** What this process sends when it serves. */
export interface BrokerReady {
  readonly address: PeerAddress;
  /** A log-in of the first admin. */
  readonly apiToken: string;
}

/** The answer to a request for memory. */
export interface BrokerMemory {
  /** After a garbage collection in every thread. */
  readonly residentBytes: number;
}

const job = JSON.parse(process.argv[2]!) as BrokerJob;
const workingDirectory = process.cwd();

async function brokerPackage(root: string): Promise<typeof import('@pulsemq/broker')> {
  const file = createRequire(join(root, 'package.json')).resolve('@pulsemq/broker');
  // A baseline lies inside this repository: without packages of its own it would silently load the present build.
  if (!file.startsWith(join(realpathSync(root), 'packages') + sep))
    throw new Error(`${root} is not installed: it would load ${file}`);
  return import(pathToFileURL(file).href) as Promise<typeof import('@pulsemq/broker')>;
}

async function makeBenchUser(api: AdminApi): Promise<string> {
  const { id: namespaceId } = await api.post<{ id: number }>('/api/namespaces', { name: benchNamespace });
  const user = await api.post<{ id: number; token: string }>('/api/users', { username: benchUsername });
  await api.post(`/api/namespaces/${namespaceId}/permissions`, { user_id: user.id, role: 'pub' });
  return user.token;
}

const { PulseMQServer } = await brokerPackage(job.root);
let server = new PulseMQServer({ config: job.config, workingDirectory, console: null });
let { pubPort, subPort, adminPort } = await server.start();
const { username, password } = JSON.parse(readFileSync(join(workingDirectory, '.pulsemq_admin'), 'utf8')) as {
  username: string;
  password: string;
};
const admin = { port: adminPort, username, password };
const api = await AdminApi.logIn(admin);
const token = await makeBenchUser(api);
let security: PeerAddress['security'];
if (job.encryption !== undefined) {
  // The user is made by the API in clear text, before the broker starts again with keys.
  await server.stop();
  const encrypted = encryptedConfig(job.encryption, job.root, job.config);
  server = new PulseMQServer({ config: encrypted.config, workingDirectory, console: null });
  ({ pubPort, subPort, adminPort } = await server.start());
  security = encrypted.security;
}
const address = { pubPort, subPort, token, admin, ...(security !== undefined && { security }) };
const ready: BrokerReady = { address, apiToken: api.token };

process.on('message', async () => {
  // V8 gives pages back to the system only some time after they have become empty.
  for (let times = 1; times <= 3; times++) {
    await collectGarbage();
    await pause(1_500);
  }
  const memory: BrokerMemory = { residentBytes: process.memoryUsage.rss() };
  process.send?.(memory);
});
process.once('disconnect', () => process.exit(0));
process.send?.(ready);
