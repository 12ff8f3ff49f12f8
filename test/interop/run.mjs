// npm run test:interop [-- --install] [-- --no-skip]: the broker against the Python packages and pyzmq, and our client against the
// Python broker. Says what is missing and skips; --install installs it, --no-skip makes a skip a failure.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPython } from './find-python.mjs';
import { environments, install, isReady, pythonOf } from './venvs.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const flags = new Set(process.argv.slice(2));
for (const flag of flags) {
  if (flag === '--install' || flag === '--no-skip') continue;
  console.error(`interop: unknown option ${flag}; there are --install and --no-skip`);
  process.exit(2);
}

const suites = [
  { title: 'pulse-mq 0.3.0 and pyzmq on our broker', environment: environments[0], file: 'python/v030' },
  { title: 'pulse-mq 0.5.0 on our broker', environment: environments[1], file: 'python/v050' },
];

let skipCount = 0;
let failCount = 0;

const python = findPython();
if (python === null)
  console.log('interop: no Python from 3.10 up answers; looked on the PATH and in pyenv, asdf and uv');
else
  console.log(
    `interop: Python ${python.version.join('.')} (${python.command})${python.isWanted ? '' : ', older than 3.13: installing with --ignore-requires-python'}`,
  );

for (const environment of environments) {
  if (isReady(environment)) continue;
  if (!flags.has('--install') || python === null) {
    console.log(`interop: ${environment.name} is not installed; "npm run test:interop -- --install" installs it`);
    continue;
  }
  console.log(`interop: installing ${environment.requirements.join(', ')}`);
  try {
    install(environment, python);
  } catch (error) {
    console.log(
      `interop: ${environment.name} cannot be installed: ${String(error.stderr ?? error.message)
        .trim()
        .split('\n')
        .at(-1)}`,
    );
  }
}

const record = (title, result) => {
  if (result.status !== 0) failCount += 1;
  console.log(
    `interop: ${title}: ${result.status === 0 ? 'passed' : `FAILED (exit ${result.status ?? result.signal})`}`,
  );
};

for (const { title, environment, file } of suites) {
  if (!isReady(environment)) {
    console.log(`interop: ${title}: skipped`);
    skipCount += 1;
    continue;
  }
  console.log(`\ninterop: ${title}`);
  const args = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', join(here, file)];
  record(title, spawnSync(pythonOf(environment), args, { stdio: 'inherit', cwd: here }));
}

const title = 'our client on the Python broker 0.3.0';
if (isReady(environments[0])) {
  console.log(`\ninterop: ${title}`);
  const args = [join(here, 'client-on-python-broker.mjs'), pythonOf(environments[0])];
  record(title, spawnSync(process.execPath, args, { stdio: 'inherit', cwd: here }));
} else {
  console.log(`interop: ${title}: skipped`);
  skipCount += 1;
}

if (skipCount > 0) console.log(`\ninterop: ${skipCount} parts skipped`);
process.exitCode = failCount > 0 || (skipCount > 0 && flags.has('--no-skip')) ? 1 : 0;
