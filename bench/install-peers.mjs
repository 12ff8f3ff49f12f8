// npm run bench:peers: installs the peers of the suite, as far as this machine allows, and prints the result for each. Everything
// that needs no root goes to bench/.peers, which git ignores and `npm run bench` searches.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { installNats, peersDir } from './nats-server.mjs';

const oldestPython = 13;

const run = (file, args, env = {}) =>
  execFileSync(file, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } });

const works = (file, args) => {
  try {
    run(file, args);
    return true;
  } catch {
    return false;
  }
};

function installDebian(isInstalled, ...packages) {
  if (isInstalled()) return 'already installed';
  if (process.getuid?.() !== 0) throw new Error(`needs root to run apt-get install ${packages.join(' ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  try {
    run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], env);
  } catch {
    run('apt-get', ['update'], env);
    run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], env);
  }
  return 'installed with apt-get';
}

/** pulse-mq 0.3.0 needs Python 3.13 or later. Where the system's is older, pyenv often has one. */
function pythonCandidates() {
  const pyenv = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  const versions = existsSync(pyenv) ? readdirSync(pyenv) : [];
  const kept = versions.filter((name) => Number(/^3\.(\d+)/.exec(name)?.[1] ?? 0) >= oldestPython);
  return [...kept.map((name) => join(pyenv, name, 'bin', 'python')), 'python3.14', 'python3.13', 'python3'];
}

function installPulseMq() {
  const venv = join(peersDir, 'pulse-mq');
  if (works(join(venv, 'bin', 'python'), ['-c', 'import pulse_mq'])) return 'already installed';
  const check = `import sys; sys.exit(sys.version_info < (3, ${oldestPython}))`;
  const python = pythonCandidates().find((name) => works(name, ['-c', check]));
  if (python === undefined) throw new Error(`needs Python 3.${oldestPython} or later`);
  run(python, ['-m', 'venv', venv]);
  run(join(venv, 'bin', 'pip'), ['install', '--quiet', 'pulse-mq==0.3.0']);
  return 'installed in bench/.peers';
}

/** nats-py and pyzmq, for the rows of the Python client, which is measured from its sources. */
function installPythonClients() {
  const venv = join(peersDir, 'python');
  if (works(join(venv, 'bin', 'python'), ['-c', 'import nats, zmq'])) return 'already installed';
  const check = 'import sys; sys.exit(sys.version_info < (3, 10))';
  const python = pythonCandidates().find((name) => works(name, ['-c', check]));
  if (python === undefined) throw new Error('needs Python 3.10 or later');
  run(python, ['-m', 'venv', venv]);
  run(join(venv, 'bin', 'pip'), ['install', '--quiet', 'nats-py>=2.9', 'pyzmq>=26']);
  return 'installed in bench/.peers';
}

function compiles(header) {
  return works('sh', ['-c', `echo '#include <${header}>' | cc -E - >/dev/null`]);
}

const steps = [
  ['nats-server', installNats],
  ['redis-server', () => installDebian(() => works('redis-server', ['--version']), 'redis-server')],
  ['libzmq3-dev', () => installDebian(() => compiles('zmq.h'), 'gcc', 'libc6-dev', 'libzmq3-dev')],
  ['pulse-mq 0.3.0', installPulseMq],
  ['nats-py and pyzmq', installPythonClients],
];

mkdirSync(peersDir, { recursive: true });
for (const [name, install] of steps) {
  try {
    console.log(`${name}: ${install()}`);
  } catch (error) {
    const detail = String(error.stderr ?? '')
      .trim()
      .split('\n')
      .at(-1);
    console.log(`${name}: NOT installed (${detail || error.message.split('\n')[0]})`);
  }
}
