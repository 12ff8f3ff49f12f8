import type { Peer } from './peer.js';
import { firstLine, freePort, startListening, stopProcess } from './process.js';

export const redisPeer: Peer = {
  name: 'Redis',
  wire: 'redis',
  describe: () => {
    const version = firstLine('redis-server', '--version');
    return version && `${version.split(' ').slice(0, 3).join(' ')}, no persistence, pub/sub buffer unlimited`;
  },
  start: async () => {
    const port = await freePort();
    const limits = ['--client-output-buffer-limit', 'pubsub', '0', '0', '0'];
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...limits];
    const child = await startListening('redis-server', args, port);
    return { address: { pubPort: port, subPort: port }, pid: child.pid!, stop: () => stopProcess(child) };
  },
};
