import type { EngineHeartbeat } from './engine-heartbeat.js';
import type { OpenedStore } from './store/opened-store.js';
import { within } from './within.js';

/** How long the check of the store may take. */
const storeTimeoutMs = 1_000;

/** Why the broker is not ready. */
export interface ReadinessProblem {
  readonly code: string;
  readonly text: string;
}

/** Whether the broker can do all of its work: the engine answers and listens on both ports, the store can be written. */
export class Readiness {
  readonly #heartbeat: Pick<EngineHeartbeat, 'problem'>;
  readonly #store: Pick<OpenedStore, 'health' | 'probe'>;
  #running: Promise<ReadinessProblem[]> | null = null;

  constructor(heartbeat: Pick<EngineHeartbeat, 'problem'>, store: Pick<OpenedStore, 'health' | 'probe'>) {
    this.#heartbeat = heartbeat;
    this.#store = store;
  }

  /** Asks the engine and the store, for at most a second; calls at the same time share the answer. Empty when the broker is ready. */
  check(): Promise<ReadinessProblem[]> {
    this.#running ??= this.#check().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** What is known without asking: the state of the store after its last write. */
  known(): ReadinessProblem[] {
    const { problem } = this.#store.health;
    return problem === null ? [] : [{ code: problem.code, text: problem.text }];
  }

  async #check(): Promise<ReadinessProblem[]> {
    const [engine, store] = await Promise.all([this.#heartbeat.problem(), this.#storeProblems()]);
    return engine === undefined ? store : [{ code: 'ENGINE_SILENT', text: engine }, ...store];
  }

  async #storeProblems(): Promise<ReadinessProblem[]> {
    let isDone = false;
    await within(
      storeTimeoutMs,
      this.#store.probe().then(() => (isDone = true)),
    );
    if (isDone || this.#store.health.problem !== null) return this.known();
    return [{ code: 'STORE_LOCKED', text: `the store did not take a write within ${storeTimeoutMs} ms` }];
  }
}
