/**
 * The one place of a plane that catches what event handlers throw: timers, messages between threads, sockets, hooks. An error there is a
 * mistake of the broker; it is counted and reported with its stack, and the plane goes on.
 */
export class Guard {
  /** Errors caught since the start. */
  caughtCount = 0;
  readonly #report: (text: string) => void;

  /** `report` gets the place and the stack. It must not throw. */
  constructor(report: (text: string) => void) {
    this.#report = report;
  }

  /** Runs `work` and catches what it throws. `where` names the handler. */
  run(where: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.caught(where, error);
    }
  }

  /** Runs `work` and catches what it throws, now or later. Resolves in every case. */
  async runAsync(where: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.caught(where, error);
    }
  }

  /** Counts and reports an error that was caught elsewhere. */
  caught(where: string, error: unknown): void {
    this.caughtCount++;
    const shown = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#report(`${where}: ${shown}`);
  }
}
