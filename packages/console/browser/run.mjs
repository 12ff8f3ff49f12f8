// npm run test:browser [-- --install] [-- --no-skip] [-- --all-looks] [-- --pictures] [-- --no-load] [-- STORY ...]: tests the console in a real Chromium, against a
// real broker. When a part is missing it names the part and skips; --install installs the parts (Debian), --no-skip fails instead of
// skipping. A STORY is a part of a file name in stories/. --all-looks opens every page in both schemes in each language, and plays the
// longest stories in both; without it each language has one scheme. --pictures makes the pictures of the READMEs instead, in six
// minutes. --no-load leaves out the two stories that measure the page under a fast feed.
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
  if (['--install', '--no-skip', '--all-looks', '--pictures', '--no-load'].includes(flag)) continue;
  console.error(
    `browser: unknown option ${flag}; the options are --install, --no-skip, --all-looks, --pictures and --no-load`,
  );
  process.exit(2);
}

/** Runs a command with its output shown. Returns true when it succeeds. */
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
if (flags.has('--all-looks')) process.env.PULSEMQ_ALL_LOOKS = '1';
const isTyped = run('npx', ['--no-install', 'tsc', '--noEmit', '-p', here]);
const leftOut = flags.has('--no-load') ? ['--exclude', 'stories/{tap,prices}-load.test.ts'] : [];
const vitest = ['--no-install', 'vitest', 'run', '--config', join(here, 'vitest.config.ts'), ...leftOut, ...stories];
const passed = run('npx', vitest);
if (passed) console.log('browser: screenshots are in packages/console/browser/screenshots');
process.exitCode = isTyped && passed ? 0 : 1;
