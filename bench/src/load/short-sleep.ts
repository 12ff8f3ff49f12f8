import { writeFileSync } from 'node:fs';

/** What a sleep takes longer than asked for, once the slack is off. */
const wakeNs = 15_000;
/**
 * A publisher that spins takes one of two cores, and what is measured then is who else gets the other one. So it never does: it
 * sleeps at least so long, and sends what has become due meanwhile.
 */
const shortestSleepNs = 10_000;
/** No sleep is longer, so that the process hears what it is asked. */
const longestSleepNs = 1_000_000;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Asks Linux to wake this thread when it is due, and not up to 50 us later (prctl(2), PR_SET_TIMERSLACK). */
export function sharpenSleep(): void {
  try {
    writeFileSync('/proc/self/timerslack_ns', '1');
  } catch (error) {
    process.stderr.write(`bench: timers stay coarse, every peer's latency reads higher: ${(error as Error).message}\n`);
  }
}

/** Sleeps until something is due in `waitNs`, as well as the kernel can. */
export function sleepUntilDue(waitNs: number): void {
  const sleepNs = Math.min(longestSleepNs, Math.max(shortestSleepNs, waitNs - wakeNs));
  Atomics.wait(sleeper, 0, 0, sleepNs / 1e6);
}
