import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PeerAddress } from '../wire/peer-wire.js';
import type { Inside, Peer } from './peer.js';
import { stopProcess } from './process.js';
import type { BrokerAsk, BrokerReply } from './pulsemq-broker.js';

/** Where the broker leaves its CPU profiles, one for each thread; undefined for none. */
const profileFolder = process.env.BENCH_PROFILE;

/** The whole broker with its defaults. */
export const pulsemqPeer: Peer = {
  name: 'PulseMQ',
  wire: 'pulsemq',
  describe: () =>
    `whole broker, Node ${process.version}, defaults (but limits.max_connections_per_user 100000), every PUB acknowledged, rights checked by a grant`,
  start: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-pulsemq-'));
    const file = fileURLToPath(new URL('./pulsemq-broker.js', import.meta.url));
    const execArgv = profileFolder === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profileFolder];
    const child = fork(file, [], { cwd: folder, execArgv });
    const address = (await nextMessage(child)) as PeerAddress;
    return { address, pid: child.pid!, inside: insideOf(child), stop: () => stop(child, folder) };
  },
};

const insideOf = (child: ChildProcess): Inside => {
  const ask = async <Name extends string>(what: BrokerAsk, name: Name): Promise<unknown> => {
    child.send(what);
    return ((await nextMessage(child)) as BrokerReply & Record<Name, unknown>)[name];
  };
  return {
    collectedBytes: async () => (await ask('memory', 'residentBytes')) as number,
    writeDelays: async () => (await ask('writeDelays', 'writeDelays')) as Awaited<ReturnType<Inside['writeDelays']>>,
  };
};

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
  if (profileFolder === undefined) await stopProcess(child);
  else {
    // A profile is written at the end of its process.
    child.disconnect();
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
}
