// Builds the image and runs its container. Where no Docker daemon answers, it runs the steps of the Dockerfile over this machine's own root
// folder instead (root on Linux). Without either it says so; with --no-skip that is a failure.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readDockerfile } from './dockerfile.mjs';
import { dockerAnswers, runInDocker } from './in-docker.mjs';
import { runInFolder } from './in-folder.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const stages = readDockerfile(readFileSync(join(root, 'Dockerfile'), 'utf8'));

function check(isGood, what) {
  if (!isGood) throw new Error(`check failed: ${what}`);
  console.log(`  ok  ${what}`);
}

/** Mounts are possible, and end with the process that makes them. */
const canMount = () => process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0;

/** Runs this script again where its mounts concern nothing else. The folder is removed outside, when they are gone. */
function inOwnNamespace() {
  const folder = mkdtempSync('/var/tmp/pulsemq-container-');
  try {
    const words = [
      '--mount',
      '--pid',
      '--fork',
      '--kill-child',
      process.execPath,
      fileURLToPath(import.meta.url),
      '--inside',
      folder,
    ];
    return spawnSync('unshare', words, { stdio: 'inherit' }).status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[2] === '--inside') {
  await runInFolder(root, stages, process.argv[3], check);
} else if (dockerAnswers()) {
  console.log('building the image with Docker');
  await runInDocker(root, stages.at(-1), check);
} else if (canMount()) {
  console.log('no Docker daemon answers: running the steps of the Dockerfile over the root folder of this machine');
  process.exitCode = inOwnNamespace();
} else {
  console.log('skipped: the container needs a Docker daemon, or root on Linux');
  process.exitCode = process.argv.includes('--no-skip') ? 1 : 0;
}
