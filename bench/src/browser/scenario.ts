import type { Effort, Outcome } from '../market/scenario.js';

/** How large a run is. */
export interface BrowserEffort extends Effort {
  /** Pages of a crowd; undefined for the scenario's own number. */
  readonly subscriberCount: number | undefined;
}

/** One thing to measure about web pages. */
export interface BrowserScenario {
  /** As `--only` takes it. */
  readonly name: string;
  readonly title: string;
  run(effort: BrowserEffort): Promise<Outcome>;
}
