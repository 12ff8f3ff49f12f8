import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { ratePerSecond, tenths } from './rounding.js';

const loopLagResolutionMs = 20;

/** CPU time of the process since its start, in all its threads. */
function usedCpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Resident bytes of the process; `before` when the system does not say, since asking takes a descriptor and there may be none. */
function residentBytes(before: number): number {
  try {
    return process.memoryUsage.rss();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code !== 'EMFILE' && code !== 'ENFILE') throw error;
    return before;
  }
}

/** CPU, memory and event loop of this process, measured once a second. */
export class ProcessMeter {
  /** Worst lateness of a timer in this thread in the last second. */
  loopLagMs = 0;
  /** CPU time of the last second, in percent of one core. */
  cpuPercent = 0;
  /** Resident memory. Measured once a second, because asking the system costs as much as a whole answer of the API. */
  memoryBytes = residentBytes(0);
  readonly #loopLag: IntervalHistogram = monitorEventLoopDelay({ resolution: loopLagResolutionMs });
  /** What the process used before the meter started is not part of the first second. */
  #cpuUs = usedCpuUs();

  constructor() {
    this.#loopLag.enable();
  }

  /** `memoryBytes` in MiB. */
  get memoryMb(): number {
    return Math.round(this.memoryBytes / 1_048_576);
  }

  /** Takes the figures of the time since the last call. */
  measure(seconds: number): void {
    this.loopLagMs = Math.max(0, tenths(this.#loopLag.max / 1e6 - loopLagResolutionMs));
    this.#loopLag.reset();
    const cpuUs = usedCpuUs();
    this.cpuPercent = Math.round(ratePerSecond(cpuUs - this.#cpuUs, seconds) / 1e4);
    this.#cpuUs = cpuUs;
    this.memoryBytes = residentBytes(this.memoryBytes);
  }

  /** Ends its timer. */
  stop(): void {
    this.#loopLag.disable();
  }
}
