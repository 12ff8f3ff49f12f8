// npm run test:wheel: builds the wheels, installs them into an empty environment of Python, and tests what a user then has. Needs Python and
// the package index. PULSEMQ_PYTHONS=newest leaves out the oldest Python, as the gate does.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildBrokerWheel, buildClientWheel } from '../../scripts/wheel/build.mjs';
import { findPythons } from '../../test/interop/find-python.mjs';
import { canImport, createEnvironment, pip, pythonIn } from '../../test/interop/python-environment.mjs';
import { TestReport } from '../../test/interop/test-report.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const report = new TestReport('wheel');
const folder = mkdtempSync(join(tmpdir(), 'pulsemq-wheel-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** The environment with pytest, which stays; the tests run programs in other ones. */
function testEnvironment(python) {
  const environment = join(here, '.venv', 'test');
  if (canImport(environment, 'pytest')) return environment;
  createEnvironment(environment, python.command);
  pip(environment, 'install', 'pytest>=8');
  return environment;
}

/** The wheel of pulse-mq 0.3.0, of which only the README is read. */
function reference(environment) {
  const target = join(folder, 'reference');
  pip(environment, 'download', '--no-deps', '--ignore-requires-python', '-d', target, 'pulse-mq==0.3.0');
  return join(target, readdirSync(target)[0]);
}

/** A new environment with what `install` asks for. */
function environmentWith(python, name, ...install) {
  const environment = join(folder, `${name}-${python.version.join('.')}`);
  createEnvironment(environment, python.command);
  pip(environment, 'install', ...install);
  return environment;
}

const found = findPythons();
if (found.length === 0) throw new Error('no Python from 3.10 up was found on the PATH or in pyenv, asdf and uv');
const pythons =
  process.env.PULSEMQ_PYTHONS === 'newest' || found.length === 1 ? found.slice(0, 1) : [found[0], found.at(-1)];
report.say('building the wheels');
const [client, broker] = [buildClientWheel(folder), buildBrokerWheel(folder)];
const runner = testEnvironment(found[0]);
const shared = { PULSEMQ_BROKER_WHEEL: broker, PULSEMQ_REFERENCE_WHEEL: reference(runner) };
for (const python of pythons) {
  const name = `Python ${python.version.join('.')}`;
  report.say(`installing into an empty environment, ${name}`);
  const env = {
    ...process.env,
    ...shared,
    PULSEMQ_EMPTY_ENVIRONMENT: environmentWith(python, 'empty', client, broker, 'requests'),
    PULSEMQ_LIGHT_ENVIRONMENT: environmentWith(python, 'light', '--no-deps', client),
    PYTHONDONTWRITEBYTECODE: '1',
  };
  report.record(
    `the tests, ${name}`,
    spawnSync(pythonIn(runner), ['-m', 'pytest', '-q'], { stdio: 'inherit', cwd: here, env }),
  );
}
report.end();
