import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Peer } from './peer.js';
import { stopProcess } from './process.js';

/** Our engine with its defaults. */
export const pulsemqPeer: Peer = {
  name: 'PulseMQ',
  wire: 'pulsemq',
  describe: () => `engine in a worker, Node ${process.version}, defaults, every PUB acknowledged, rights checked`,
  start: async () => {
    const file = fileURLToPath(new URL('./pulsemq-broker.js', import.meta.url));
    const child = fork(file, [], { execArgv: ['--expose-gc'] });
    const address = await new Promise<{ pubPort: number; subPort: number }>((resolve, reject) => {
      child.once('message', resolve as (message: unknown) => void);
      child.once('exit', () => reject(new Error('the engine did not start')));
    });
    return { address, pid: child.pid!, stop: () => stopProcess(child) };
  },
};
