import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { firstLine, peersFolder } from '../peers/process.js';

const python = join(peersFolder, 'python', 'bin', 'python');
const script = fileURLToPath(new URL('../../python/generator.py', import.meta.url));
/** The client is measured from its sources: it needs no installation but that of pyzmq. */
const clientSources = fileURLToPath(new URL('../../../clients/python/src', import.meta.url));
const versions =
  "import importlib.metadata as m, sys; print('Python', sys.version.split()[0], 'nats-py', m.version('nats-py'), 'pyzmq', m.version('pyzmq'))";

/** The versions of Python and of its client libraries; undefined where `npm run bench:peers` has not installed them. */
export const pythonVersions = (): string | undefined => firstLine(python, '-c', versions);

/** Starts a load generator in Python. It speaks on the same kind of channel as a forked Node process. */
export const startPython = (): ChildProcess =>
  spawn(python, [script], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, PYTHONPATH: clientSources, PYTHONDONTWRITEBYTECODE: '1' },
  });
