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
import type { BrokerMemory, BrokerReady } from './pulsemq-broker.js';

/** Where the broker leaves its CPU profiles, one for each thread; undefined for none. */
const profileFolder = (): string | undefined => process.env.BENCH_PROFILE;

/** The whole broker with its defaults. */
export const pulsemqPeer: Peer = {
  name: 'PulseMQ',
  wire: 'pulsemq',
  describe: () =>
    `whole broker, Node ${process.version}, defaults (but limits.max_connections_per_user 100000), every PUB acknowledged, rights checked by a grant`,
  start: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-pulsemq-'));
    const file = fileURLToPath(new URL('./pulsemq-broker.js', import.meta.url));
    const profiles = profileFolder();
    const execArgv = profiles === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profiles];
    const child = fork(file, [], { cwd: folder, execArgv });
    const { address, apiToken } = (await nextMessage(child)) as BrokerReady;
    const api = new AdminApi(address.admin!.port, apiToken);
    return { address, pid: child.pid!, inside: insideOf(child, api), stop: () => stop(child, folder) };
  },
};

const insideOf = (child: ChildProcess, api: AdminApi): Inside => ({
  collectedBytes: async () => {
    child.send('memory');
    return ((await nextMessage(child)) as BrokerMemory).residentBytes;
  },
  writeDelay: async () => (await api.get<SystemFigures>('/api/stats/system')).broker_to_socket_us,
});

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`the broker ended with ${code}`));
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
    // A profile is written at the end of its process.
    child.disconnect();
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
}
