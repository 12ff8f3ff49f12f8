import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { ratePerSecond, tenths } from './rounding.js';

const loopLagResolutionMs = 20;

/** CPU time of the process since its start, in all its threads. */
function usedCpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Resident bytes of the process; undefined when no descriptor is left, because asking the system takes one. */
function residentBytes(): number | undefined {
  try {
    return process.memoryUsage.rss();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code !== 'EMFILE' && code !== 'ENFILE') throw error;
    return undefined;
  }
}

/** CPU, memory and event loop of this process, measured once a second. */
export class ProcessMeter {
  /** Worst lateness of a timer in this thread in the last second. */
  loopLagMs = 0;
  /** CPU time of the last second, in percent of one core. */
  cpuPercent = 0;
  /** Resident memory. Measured once a second, because asking the system costs as much as a whole answer of the API. */
  memoryBytes = residentBytes() ?? 0;
  /** Called each second in which no descriptor is left. Node then closes new connections at once and reports nothing. */
  onNoDescriptors: () => void = () => {};
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
    const memoryBytes = residentBytes();
    if (memoryBytes === undefined) this.onNoDescriptors();
    else this.memoryBytes = memoryBytes;
  }

  /** Ends its timer. */
  stop(): void {
    this.#loopLag.disable();
  }
}
