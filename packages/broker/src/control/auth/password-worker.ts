import { parentPort, workerData } from 'node:worker_threads';
import { hashSync, verifySync } from '@node-rs/argon2';
import bcrypt from 'bcryptjs';
import { lowerThread } from '../thread-priority.js';

/**
 * Hashes passwords, one at a time, in a thread that has put itself behind the engine's: the ticks go first. The synchronous forms are wanted
 * here, since the asynchronous ones would run in libuv's pool at normal priority.
 */

export type PasswordJob =
  | { readonly id: number; readonly kind: 'hash'; readonly password: string }
  | { readonly id: number; readonly kind: 'verify'; readonly password: string; readonly hash: string };

export type PasswordResult = { readonly id: number } & (
  | { readonly value: string | boolean }
  | { readonly error: string }
);

lowerThread();

function run(job: PasswordJob): string | boolean {
  if (job.kind === 'hash') return hashSync(job.password);
  // Databases of the Python package hold bcrypt hashes.
  if (job.hash.startsWith('$2')) return bcrypt.compareSync(job.password, job.hash);
  return verifySync(job.hash, job.password);
}

/** How many jobs wait for this thread, the one that runs included; whoever sends them counts. */
const waitingCount = new Int32Array(workerData as SharedArrayBuffer);

/** What a hash takes when nothing disturbs it: the shortest there was, milliseconds. */
let undisturbedMs = Number.POSITIVE_INFINITY;

/**
 * Sleeps twice as long as a hash takes, and up to eight times where many wait: a flood of log-ins gets a ninth of one core, so that
 * ticks go on, and whoever comes alone does not notice. Not as long as this one took: where others had the cores meanwhile, it has
 * waited enough.
 */
function rest(workedMs: number): void {
  undisturbedMs = Math.min(undisturbedMs, workedMs);
  const times = Math.min(8, Math.max(2, Atomics.load(waitingCount, 0) / 4));
  Atomics.wait(sleeper, 0, 0, times * undisturbedMs);
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));

parentPort?.on('message', (job: PasswordJob) => {
  const startMs = performance.now();
  let result: PasswordResult;
  try {
    result = { id: job.id, value: run(job) };
  } catch (error) {
    result = { id: job.id, error: (error as Error).message };
  }
  parentPort?.postMessage(result);
  rest(performance.now() - startMs);
});
