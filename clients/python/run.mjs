// npm run test:python [-- --install] [-- --no-skip]: builds the wheel, installs it and tests it with the oldest and the newest Python
// on this machine. PULSEMQ_PYTHONS=newest leaves out the oldest, as the gate does. Checks types and style with the newest. A part whose
// environment is missing is skipped: --install installs it, --no-skip makes a skip a failure. With PULSEMQ_FRAMES it runs the test of
// random DataFrames alone, with that number of frames: see frames.mjs.
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPythons } from '../../test/interop/find-python.mjs';
import { canImport, createEnvironment, lastLine, pip, pythonIn } from '../../test/interop/python-environment.mjs';
import { TestReport } from '../../test/interop/test-report.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const interopTests = join(here, '..', '..', 'test', 'interop', 'python');
const broker = join(here, '..', 'python-broker');
const wheels = join(here, 'dist');
const extras = 'test,lint';
const needed = 'pulse_mq, pytest, xdist, requests, polars, hypothesis, mypy, hatchling';
const report = new TestReport('python');
const hasFramesOnly = process.env.PULSEMQ_FRAMES !== undefined;

const nameOf = ({ version }) => version.join('.');
const folderOf = (python) => join(here, '.venv', nameOf(python));

/** The oldest and the newest Python, which may be the same. */
function choosePythons() {
  const found = findPythons();
  if (process.env.PULSEMQ_PYTHONS === 'newest') return found.slice(0, 1);
  return found.length <= 1 ? found : [found.at(-1), found[0]];
}

/** Builds the wheel in an environment and returns its path. */
function buildWheel(folder) {
  rmSync(wheels, { recursive: true, force: true });
  pip(folder, 'wheel', '--no-deps', '--no-build-isolation', '-w', wheels, here);
  return join(
    wheels,
    readdirSync(wheels).find((name) => name.endsWith('.whl')),
  );
}

/** Installs a new wheel in an environment and returns its path. Returns null when the environment is missing and may not be made. */
function prepare(python) {
  const folder = folderOf(python);
  if (canImport(folder, needed)) {
    const wheel = buildWheel(folder);
    pip(folder, 'install', '--no-deps', '--force-reinstall', wheel);
    return wheel;
  }
  if (!report.installs) return null;
  report.say(`installing what the tests need for Python ${nameOf(python)}`);
  createEnvironment(folder, python.command);
  pip(folder, 'install', 'hatchling');
  const wheel = buildWheel(folder);
  pip(folder, 'install', `${wheel}[${extras}]`);
  return wheel;
}

/** Runs a module of Python in an environment and records the result. */
function check(title, folder, args, { env = process.env, cwd = here } = {}) {
  console.log('');
  report.say(title);
  report.record(title, spawnSync(pythonIn(folder), ['-m', ...args], { stdio: 'inherit', cwd, env }));
}

function runTests(python, wheel) {
  const env = { ...process.env, PULSEMQ_WHEEL: wheel, PYTHONDONTWRITEBYTECODE: '1' };
  if (report.failsOnSkip) env.PULSEMQ_NO_SKIP = '1';
  // Two at a time on two cores, each with brokers of its own: most tests wait for something most of the time.
  const files = hasFramesOnly ? ['tests/test_fidelity_random.py'] : ['-n', '2', '--dist', 'loadfile'];
  // The tests must import the installed wheel.
  delete env.PYTHONPATH;
  check(`the tests, Python ${nameOf(python)}`, folderOf(python), ['pytest', '-q', '-rs', ...files], { env });
}

const pythons = choosePythons();
if (pythons.length === 0) report.skip('no Python from 3.10 up was found on the PATH or in pyenv, asdf and uv');
for (const python of pythons) {
  let wheel = null;
  try {
    wheel = prepare(python);
  } catch (error) {
    report.say(`Python ${nameOf(python)} cannot be prepared: ${lastLine(error)}`);
  }
  if (wheel === null) {
    report.skip(`Python ${nameOf(python)}: skipped; "npm run test:python -- --install" installs what it needs`);
    continue;
  }
  runTests(python, wheel);
  if (python !== pythons.at(-1) || hasFramesOnly) continue;
  const ruff = (...args) => ['ruff', ...args, '--quiet', '--config', 'pyproject.toml', '.', broker, interopTests];
  check('types', folderOf(python), ['mypy']);
  check('types of the package with the broker', folderOf(python), ['mypy'], { cwd: broker });
  check('style', folderOf(python), ruff('check'));
  check('format', folderOf(python), ruff('format', '--check'));
}
report.end();
