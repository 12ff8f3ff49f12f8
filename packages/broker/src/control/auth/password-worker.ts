import { parentPort, workerData } from 'node:worker_threads';
import { hashSync, verifySync } from '@node-rs/argon2';
import bcrypt from 'bcryptjs';
import { errorText } from '../error-text.js';
import { lowerThread } from '../thread-priority.js';

/**
 * Hashes passwords one at a time, in a thread with a lower priority than the engine's. Uses the synchronous functions, because the
 * asynchronous ones run in libuv's pool at normal priority.
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

/** Jobs that wait for this thread, including the one that runs. The sender counts them. */
const waitingCount = new Int32Array(workerData as SharedArrayBuffer);

/** Shortest time of a job so far: what a hash takes when nothing else uses the cores. */
let undisturbedMs = Number.POSITIVE_INFINITY;

/**
 * Sleeps for two to eight times the time of a hash, the longer the more jobs wait. A flood of log-ins then gets a ninth of one core and
 * does not hold up ticks, and a single log-in does not notice. Counts the shortest time of a job and not that of the last one, which
 * other threads may have held up.
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
    result = { id: job.id, error: errorText(error) };
  }
  parentPort?.postMessage(result);
  rest(performance.now() - startMs);
});
