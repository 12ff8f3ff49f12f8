// npm run test:browser [-- --install] [-- --no-skip] [-- --pictures] [-- STORY ...]: the console in a real Chromium, on a real broker. Says what is
// missing and skips; --install installs it (Debian), --no-skip makes a skip a failure. Words choose stories by the
// names of their files; --pictures makes the pictures of the READMEs instead, which takes six minutes.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { debianPackages, missingParts } from './support/requirements.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../../..');
const words = process.argv.slice(2);
const flags = new Set(words.filter((word) => word.startsWith('-')));
const stories = words.filter((word) => !word.startsWith('-'));
for (const flag of flags) {
  if (['--install', '--no-skip', '--pictures'].includes(flag)) continue;
  console.error(`browser: unknown option ${flag}; there are --install, --no-skip and --pictures`);
  process.exit(2);
}

/** Runs a command in sight of the reader; true when it went well. */
const run = (command, args) => spawnSync(command, args, { stdio: 'inherit', cwd: root }).status === 0;

const install = () => {
  const [command, ...before] = process.getuid?.() === 0 ? ['apt-get'] : ['sudo', '-n', 'apt-get'];
  console.log(`browser: installing ${debianPackages.join(', ')}`);
  run(command, [...before, 'update', '-qq']);
  const options = ['install', '-y', '-qq', '--no-install-recommends'];
  return run(command, [...before, ...options, ...debianPackages]);
};

let missing = missingParts();
if (missing.length > 0 && flags.has('--install')) {
  if (!install()) console.log('browser: the installation failed; see above');
  missing = missingParts();
}

if (missing.length > 0) {
  for (const part of missing) console.log(`browser: ${part}`);
  console.log('browser: skipped; "npm run test:browser -- --install" installs what is missing');
  process.exit(flags.has('--no-skip') ? 1 : 0);
}

if (!existsSync(join(here, '../dist/index.html'))) {
  console.error('browser: the console is not built: npm run build');
  process.exit(1);
}

if (flags.has('--pictures')) process.env.PULSEMQ_PICTURES = '1';
const isTyped = run('npx', ['--no-install', 'tsc', '--noEmit', '-p', here]);
const passed = run('npx', ['--no-install', 'vitest', 'run', '--config', join(here, 'vitest.config.ts'), ...stories]);
if (passed) console.log('browser: screenshots are in packages/console/browser/screenshots');
process.exitCode = isTyped && passed ? 0 : 1;
