// The environments the suites run in: one for each version of the Python package.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(fileURLToPath(import.meta.url)), '.interop');

export const environments = [
  {
    name: 'pulse-mq-0.3.0',
    requirements: ['pulse-mq==0.3.0', 'pytest>=8', 'requests'],
    imports: 'pulse_mq, pytest, requests',
  },
  { name: 'pulse-mq-0.5.0', requirements: ['pulse-mq==0.5.0', 'pytest>=8'], imports: 'pulse_mq, pytest' },
];

const run = (file, args) => execFileSync(file, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });

export const pythonOf = ({ name }) => join(folder, name, 'bin', 'python');

/** True when everything of an environment can be imported. */
export function isReady(environment) {
  if (!existsSync(pythonOf(environment))) return false;
  try {
    run(pythonOf(environment), ['-c', `import ${environment.imports}`]);
    return true;
  } catch {
    // Half installed, or its Python is gone: made again.
    return false;
  }
}

/** Makes an environment with a Python; one that is too old for the package's own claim is told not to mind. */
export function install(environment, python) {
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, environment.name), { recursive: true, force: true });
  run(python.command, ['-m', 'venv', join(folder, environment.name)]);
  const extra = python.isWanted ? [] : ['--ignore-requires-python'];
  run(pythonOf(environment), ['-m', 'pip', 'install', '--quiet', ...extra, ...environment.requirements]);
}
