// npm run test:python [-- --install] [-- --no-skip]: builds the wheel, and tests it as it is installed, with the oldest and the newest
// Python there is; checks types and style with the newest. Says what is missing and skips; --install installs it, --no-skip makes a
// skip a failure.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPythons } from '../../test/interop/find-python.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const environments = join(here, '.venv');
const wheels = join(here, 'dist');
const flags = new Set(process.argv.slice(2));
for (const flag of flags) {
  if (flag === '--install' || flag === '--no-skip') continue;
  console.error(`python: unknown option ${flag}; there are --install and --no-skip`);
  process.exit(2);
}
const extras = 'test,lint';
let failCount = 0;
let skipCount = 0;

const say = (text) => console.log(`python: ${text}`);
const run = (file, args) =>
  execFileSync(file, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', cwd: here });
const lastLine = (error) =>
  String(error.stderr ?? error.message)
    .trim()
    .split('\n')
    .at(-1);

/** Shows what a command says; counts when it fails. */
function check(title, file, args, more = {}) {
  console.log('');
  say(title);
  const result = spawnSync(file, args, { stdio: 'inherit', cwd: here, ...more });
  if (result.status !== 0) failCount += 1;
  say(`${title}: ${result.status === 0 ? 'passed' : `FAILED (exit ${result.status ?? result.signal})`}`);
}

function skip(text) {
  say(text);
  skipCount += 1;
}

/** The oldest and the newest, which may be the same one. */
function chosen() {
  const found = findPythons();
  return found.length <= 1 ? found : [found.at(-1), found[0]];
}

const nameOf = ({ version }) => version.join('.');
const pythonOf = (python) => join(environments, nameOf(python), 'bin', 'python');

function isReady(python) {
  if (!existsSync(pythonOf(python))) return false;
  try {
    run(pythonOf(python), ['-c', 'import pulse_mq, pytest, requests, mypy, hatchling']);
    return true;
  } catch {
    // Half installed, or its Python is gone: made again.
    return false;
  }
}

function makeEnvironment(python) {
  mkdirSync(environments, { recursive: true });
  rmSync(join(environments, nameOf(python)), { recursive: true, force: true });
  run(python.command, ['-m', 'venv', join(environments, nameOf(python))]);
  run(pythonOf(python), ['-m', 'pip', 'install', '--quiet', 'hatchling']);
}

/** Builds the wheel with a Python's own backend; its path. */
function buildWheel(python) {
  rmSync(wheels, { recursive: true, force: true });
  run(pythonOf(python), ['-m', 'pip', 'wheel', '--quiet', '--no-deps', '--no-build-isolation', '-w', wheels, '.']);
  return join(
    wheels,
    readdirSync(wheels).find((name) => name.endsWith('.whl')),
  );
}

/** The wheel as it is now, in an environment; its path, or null when that is missing. */
function prepared(python) {
  if (isReady(python)) {
    const wheel = buildWheel(python);
    run(pythonOf(python), ['-m', 'pip', 'install', '--quiet', '--no-deps', '--force-reinstall', wheel]);
    return wheel;
  }
  if (!flags.has('--install')) return null;
  say(`installing what the tests need for Python ${nameOf(python)}`);
  makeEnvironment(python);
  const wheel = buildWheel(python);
  run(pythonOf(python), ['-m', 'pip', 'install', '--quiet', `${wheel}[${extras}]`]);
  return wheel;
}

const pythons = chosen();
if (pythons.length === 0) skip('no Python from 3.10 up answers; looked on the PATH and in pyenv, asdf and uv');
for (const python of pythons) {
  let wheel = null;
  try {
    wheel = prepared(python);
  } catch (error) {
    say(`Python ${nameOf(python)}: ${lastLine(error)}`);
  }
  if (wheel === null) {
    skip(`Python ${nameOf(python)}: skipped; "npm run test:python -- --install" installs what it needs`);
    continue;
  }
  const env = { ...process.env, PULSEMQ_WHEEL: wheel, PYTHONDONTWRITEBYTECODE: '1' };
  if (flags.has('--no-skip')) env.PULSEMQ_NO_SKIP = '1';
  delete env.PYTHONPATH;
  check(`the tests, Python ${nameOf(python)}`, pythonOf(python), ['-m', 'pytest', '-q', '-rs'], { env });
  if (python !== pythons.at(-1)) continue;
  check('types', pythonOf(python), ['-m', 'mypy']);
  check('style', pythonOf(python), ['-m', 'ruff', 'check', '--quiet', '.']);
  check('format', pythonOf(python), ['-m', 'ruff', 'format', '--check', '--quiet', '.']);
}

if (skipCount > 0) console.log(`\npython: ${skipCount} parts skipped`);
process.exitCode = failCount > 0 || (skipCount > 0 && flags.has('--no-skip')) ? 1 : 0;
