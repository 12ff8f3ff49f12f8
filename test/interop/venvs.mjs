// The environments that the suites run in: one for each version of the Python package.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canImport, createEnvironment, pip, pythonIn } from './python-environment.mjs';

const parent = join(dirname(fileURLToPath(import.meta.url)), '.interop');

export const environments = [
  {
    name: 'pulse-mq-0.3.0',
    requirements: ['pulse-mq==0.3.0', 'pytest>=8', 'pytest-xdist>=3.6', 'requests'],
    imports: 'pulse_mq, pytest, xdist, requests',
  },
  { name: 'pulse-mq-0.5.0', requirements: ['pulse-mq==0.5.0', 'pytest>=8'], imports: 'pulse_mq, pytest' },
];

const folderOf = ({ name }) => join(parent, name);

export const pythonOf = (environment) => pythonIn(folderOf(environment));

/** True when everything that an environment needs can be imported. */
export const isReady = (environment) => canImport(folderOf(environment), environment.imports);

/** Makes an environment. With a Python older than the package asks for, pip gets an option that ignores this. */
export function install(environment, python) {
  createEnvironment(folderOf(environment), python.command);
  const extra = python.isWanted ? [] : ['--ignore-requires-python'];
  pip(folderOf(environment), 'install', ...extra, ...environment.requirements);
}
