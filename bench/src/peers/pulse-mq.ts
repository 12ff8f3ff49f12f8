import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Peer } from './peer.js';
import { firstLine, freePort, peersFolder, startListening, stopProcess } from './process.js';

const bin = join(peersFolder, 'pulse-mq', 'bin');
const version = "import importlib.metadata as m, sys; print(m.version('pulse-mq'), 'Python', sys.version.split()[0])";

/** The Python broker with its defaults. Publishes and reads as the admin that it creates at its first start. */
export const pulseMqPeer: Peer = {
  name: 'pulse-mq',
  wire: 'pulse-mq',
  describe: () => {
    const text = firstLine(join(bin, 'python'), '-c', version);
    return text && `pulse-mq ${text}, defaults, every PUB acknowledged, at most 100 unacknowledged`;
  },
  start: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-pulse-mq-'));
    const [pubPort, subPort, adminPort] = [await freePort(), await freePort(), await freePort()];
    const ports = ['--pub-port', pubPort, '--sub-port', subPort, '--admin-port', adminPort].map(String);
    const child = await startListening(join(bin, 'pulsemq'), ['--host', '127.0.0.1', ...ports], pubPort, {
      cwd: folder,
    });
    return {
      address: { pubPort, subPort, token: tokenIn(join(folder, '.pulsemq_admin')) },
      pid: child.pid!,
      stop: async () => {
        await stopProcess(child);
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
};

/** The credentials file has lines such as `Token: abc`. */
function tokenIn(file: string): string {
  const token = existsSync(file) ? /^Token:\s+(\S+)$/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
  if (token === undefined) throw new Error(`pulse-mq wrote no line "Token: ..." to ${file}`);
  return token;
}
