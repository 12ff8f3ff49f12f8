import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SystemFigures } from '@pulsemq/protocol';
import { AdminApi } from './admin-api.js';
import type { Inside, Peer } from './peer.js';
import { stopProcess } from './process.js';
import type { BrokerJob, BrokerMemory, BrokerReady } from './pulsemq-broker.js';

/** Root of this repository. */
export const repositoryRoot = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * The defaults, except that one user opens every connection of a run. Older builds get this configuration too, and a broker refuses
 * keys it does not know: a key that came after commit d52c8ad belongs into the configuration of the one peer that needs it.
 */
export const commonConfig = {
  server: { host: '127.0.0.1', pub_port: 0, admin_port: 0 },
  limits: { max_connections_per_user: 100_000 },
};

/** Folder for the CPU profiles of the broker, one for each thread; undefined for none. */
const profileFolder = (): string | undefined => process.env.BENCH_PROFILE;

/** A whole broker of one build. */
export const brokerPeer = (name: string, description: string, job: BrokerJob): Peer => ({
  name,
  wire: 'pulsemq',
  describe: () => description,
  start: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-pulsemq-'));
    const file = fileURLToPath(new URL('./pulsemq-broker.js', import.meta.url));
    const profiles = profileFolder();
    const execArgv = profiles === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profiles];
    const child = fork(file, [JSON.stringify(job)], { cwd: folder, execArgv });
    const { address, apiToken } = (await nextMessage(child)) as BrokerReady;
    const api = new AdminApi(address.admin!.port, apiToken);
    return { address, pid: child.pid!, inside: insideOf(child, api), stop: () => stop(child, folder) };
  },
});

/** The present build. */
export const pulsemqPeer: Peer = brokerPeer(
  'PulseMQ',
  `whole broker, Node ${process.version}, defaults (but limits.max_connections_per_user 100000), every PUB acknowledged, rights checked by a grant`,
  { root: repositoryRoot, config: commonConfig },
);

const insideOf = (child: ChildProcess, api: AdminApi): Inside => ({
  collectedBytes: async () => {
    child.send('memory');
    return ((await nextMessage(child)) as BrokerMemory).residentBytes;
  },
  writeDelay: async () => (await api.get<SystemFigures>('/api/stats/system')).broker_to_socket_us,
});

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`the broker exited with code ${code}`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message);
    });
  });
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  if (profileFolder() === undefined) await stopProcess(child);
  else {
    // Node writes a profile when its process ends by itself.
    child.disconnect();
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
}
