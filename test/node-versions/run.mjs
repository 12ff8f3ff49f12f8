// npm run test:node [-- --install] [-- --no-skip]: what leans most on Node, on each line of versions that package.json promises: the
// engine, the canary of raw-accept, every native module, and a client with a broker. Says what is missing and skips; --install
// installs it, --no-skip makes a skip a failure, --all tests also the version that runs this, which `npm test` has tested.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The newest of each line. The registry has their binaries as packages. */
const versions = ['20.20.2', '22.23.5', '24.22.3'];

/** Prefixes of test files, as vitest takes them. */
const tests = [
  'packages/broker/test/engine/', // net.test.ts has the canary of raw-accept
  'packages/broker/test/control/server.test.ts', // threads
  'packages/broker/test/control/sqlite.test.ts', // libsql
  'packages/broker/test/control/passwords.test.ts', // argon2
  'packages/codecs/test/', // lz4, msgpackr, zstd
  'packages/zmtp/test/conformance/', // zeromq
  'packages/client/test/client.test.ts', // from end to end
];

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const cache = join(here, '.versions');
const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

const flags = new Set(process.argv.slice(2));
for (const flag of flags) {
  if (['--install', '--no-skip', '--all'].includes(flag)) continue;
  console.error(`node versions: unknown option ${flag}; there are --install, --no-skip and --all`);
  process.exit(2);
}

const programOf = (version) => join(cache, version, 'node_modules', `node-${platform}`, 'bin', 'node');

/** True when the program is there, starts, and is that version. */
function isReady(version) {
  if (!existsSync(programOf(version))) return false;
  return spawnSync(programOf(version), ['--version'], { encoding: 'utf8' }).stdout?.trim() === `v${version}`;
}

function install(version) {
  console.log(`node versions: installing node-${platform}@${version}`);
  mkdirSync(join(cache, version), { recursive: true });
  const args = [
    'install',
    '--prefix',
    join(cache, version),
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--loglevel',
    'error',
  ];
  // Not from the folder of the project, whose .npmrc asks for the versions it supports itself.
  const options = { cwd: join(cache, version), stdio: ['ignore', 'ignore', 'inherit'] };
  spawnSync('npm', [...args, `node-${platform}@${version}`], options);
}

/** Runs the tests with this version, and with it wherever they start `node` themselves; true when they passed. */
function passes(version) {
  const program = programOf(version);
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const env = { ...process.env, PATH: `${dirname(program)}${delimiter}${process.env.PATH}` };
  const startMs = performance.now();
  const { status } = spawnSync(program, [vitest, 'run', '--project', 'quick', ...tests], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  const seconds = Math.round((performance.now() - startMs) / 1_000);
  console.log(`node versions: ${version} ${status === 0 ? 'passed' : 'FAILED'} in ${seconds} s`);
  return status === 0;
}

let [failCount, skipCount] = [0, 0];
for (const version of versions) {
  // `npm test` runs everything with the Node that runs this.
  if (process.version === `v${version}` && !flags.has('--all')) {
    console.log(`node versions: ${version} runs this, and is tested by npm test`);
    continue;
  }
  if (!isReady(version) && flags.has('--install')) install(version);
  if (isReady(version)) {
    if (!passes(version)) failCount += 1;
    continue;
  }
  skipCount += 1;
  console.log(`node versions: ${version} is not installed and skipped; "npm run test:node -- --install" installs it`);
}
process.exitCode = failCount > 0 || (skipCount > 0 && flags.has('--no-skip')) ? 1 : 0;
