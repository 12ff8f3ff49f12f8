import { writeFileSync } from 'node:fs';

/** Overhead of a sleep after `sharpenSleep`. */
const wakeNs = 15_000;
/**
 * A publisher that spins takes one of two cores from the broker, and that would be measured. So it always sleeps, at least this
 * long, and then sends all messages that are due.
 */
const shortestSleepNs = 10_000;
/** Longest sleep, so that the process handles requests in time. */
const longestSleepNs = 1_000_000;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Makes Linux wake this thread on time instead of up to 50 us late (prctl(2), PR_SET_TIMERSLACK). Without /proc it warns. */
export function sharpenSleep(): void {
  try {
    writeFileSync('/proc/self/timerslack_ns', '1');
  } catch (error) {
    process.stderr.write(
      `bench: cannot set the timer slack, so delays of all peers read up to 50 us higher: ${(error as Error).message}\n`,
    );
  }
}

/** Sleeps for `waitNs`, within the shortest and longest sleep. */
export function sleepUntilDue(waitNs: number): void {
  const sleepNs = Math.min(longestSleepNs, Math.max(shortestSleepNs, waitNs - wakeNs));
  Atomics.wait(sleeper, 0, 0, sleepNs / 1e6);
}
