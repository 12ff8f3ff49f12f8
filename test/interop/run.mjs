// npm run test:interop [-- --install] [-- --no-skip]: tests our broker with the Python packages and pyzmq, and our client with the
// Python broker. A part whose environment is missing is skipped: --install installs it, --no-skip makes a skip a failure.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPython } from './find-python.mjs';
import { lastLine } from './python-environment.mjs';
import { TestReport } from './test-report.mjs';
import { environments, install, isReady, pythonOf } from './venvs.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const report = new TestReport('interop');
const [v030, v050] = environments;
const pytest = (folder, ...options) => [
  '-m',
  'pytest',
  '-q',
  '-p',
  'no:cacheprovider',
  ...options,
  join(here, 'python', folder),
];
/** Two files at a time, each with a broker of its own: most tests wait for something most of the time. */
const twoFiles = ['-n', '2', '--dist', 'loadfile'];
const clientTest = join(here, 'client-on-python-broker.mjs');

const parts = [
  {
    title: 'pulse-mq 0.3.0 and pyzmq on our broker',
    environment: v030,
    command: [pythonOf(v030), ...pytest('v030', ...twoFiles)],
  },
  { title: 'pulse-mq 0.5.0 on our broker', environment: v050, command: [pythonOf(v050), ...pytest('v050')] },
  {
    title: 'our client on the Python broker 0.3.0',
    environment: v030,
    command: [process.execPath, clientTest, pythonOf(v030)],
  },
];

/** Installs what is missing, with `--install`. Prints why an environment cannot be installed. */
function prepare(environment, python) {
  if (isReady(environment)) return;
  if (!report.installs || python === null) {
    report.say(`${environment.name} is not installed; "npm run test:interop -- --install" installs it`);
    return;
  }
  report.say(`installing ${environment.requirements.join(', ')}`);
  try {
    install(environment, python);
  } catch (error) {
    report.say(`${environment.name} cannot be installed: ${lastLine(error)}`);
  }
}

function choosePython() {
  const python = findPython();
  if (python === null) {
    report.say('no Python from 3.10 up was found on the PATH or in pyenv, asdf and uv');
    return null;
  }
  const note = python.isWanted ? '' : ', older than 3.13: installing with --ignore-requires-python';
  report.say(`Python ${python.version.join('.')} (${python.command})${note}`);
  return python;
}

const python = choosePython();
for (const environment of environments) prepare(environment, python);
for (const { title, environment, command } of parts) {
  if (!isReady(environment)) {
    report.skip(`${title}: skipped`);
    continue;
  }
  console.log('');
  report.say(title);
  const [file, ...args] = command;
  report.record(title, spawnSync(file, args, { stdio: 'inherit', cwd: here }));
}
report.end();
