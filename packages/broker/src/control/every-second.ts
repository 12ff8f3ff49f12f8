import type { Guard } from '../guard.js';

const intervalMs = 1_000;

/** Work of the control plane that is done once a second. What one piece throws is caught, and the others go on. */
export class EverySecond {
  readonly #guard: Guard;
  readonly #work = new Map<string, () => void>();
  #timer: NodeJS.Timeout | null = null;

  constructor(guard: Guard) {
    this.#guard = guard;
  }

  /** `what` names the work in the log. */
  add(what: string, work: () => void): void {
    this.#work.set(what, work);
  }

  start(): void {
    this.#timer = setInterval(() => {
      for (const [what, work] of this.#work) this.#guard.run(what, work);
    }, intervalMs);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }
}
