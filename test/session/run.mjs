// npm run test:session [-- --seconds N]: does what a new user does. Clones this repository, runs `npm ci && npm start` there, and types the
// session of README.md as it is printed. Fails where an answer differs, or where all of it takes longer than N seconds (90). It needs Node,
// git, and the ports 5555, 5556 and 8080.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { masked, sessionOf } from './readme-session.mjs';

const root = resolve(import.meta.dirname, '../..');
const limitSeconds = Number(process.argv[process.argv.indexOf('--seconds') + 1] ?? 90) || 90;
const health = 'http://localhost:8080/health';

/** Whether a broker, or anything else, answers at the port of the console. */
const answers = async () => {
  try {
    return (await fetch(health, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    // Nothing listens there yet.
    return false;
  }
};

if (await answers()) {
  console.error('session: a program listens on port 8080 already; stop it first');
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'pulsemq-clone-'));
const clone = join(folder, 'pulsemq');
const env = { ...process.env, PULSEMQ_CONFIG_DIR: join(folder, 'config') };
let broker;
process.on('exit', () => {
  if (broker?.pid !== undefined && broker.exitCode === null) process.kill(-broker.pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const cloned = spawnSync('git', ['clone', '--quiet', root, clone], { stdio: 'inherit' });
if (cloned.status !== 0) process.exit(1);

const startedMs = performance.now();
const seconds = () => Math.round((performance.now() - startedMs) / 1_000);
// A process group of its own, so that npm and what it starts end together.
broker = spawn('npm ci --no-progress && npm start', { shell: true, cwd: clone, env, stdio: 'ignore', detached: true });
while (!(await answers())) {
  if (broker.exitCode !== null) {
    console.error(`session: "npm ci && npm start" ended with ${broker.exitCode}`);
    process.exit(1);
  }
  await delay(200);
}
console.log(`session: the broker is up after ${seconds()} s`);

let failCount = 0;
for (const { typed, answer } of sessionOf(join(clone, 'README.md'))) {
  const { stdout, stderr } = spawnSync(typed, { shell: true, cwd: clone, env, encoding: 'utf8', timeout: 20_000 });
  const isGood = masked(stdout) === masked(answer);
  console.log(`  ${isGood ? 'ok ' : 'NOT'} ${typed}`);
  if (isGood) continue;
  console.log(
    `      printed in README.md: ${JSON.stringify(answer)}\n      answered: ${JSON.stringify(stdout)} ${stderr}`,
  );
  failCount += 1;
}
const took = seconds();
console.log(`session: all took ${took} s; the limit is ${limitSeconds} s`);
process.exit(failCount > 0 || took > limitSeconds ? 1 : 0);
