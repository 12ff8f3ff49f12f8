import type { Peer } from '../peers/peer.js';
import type { Fault } from './reader/faults.js';

/** One figure of a scenario, and its bound. A figure without a bound is only printed. */
export interface Finding {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** What a scenario found. */
export interface Outcome {
  readonly findings: readonly Finding[];
  /** Violations of the protocol. One fails the command. */
  readonly faults: readonly Fault[];
  /** Why the scenario did not run. */
  readonly skipped?: string;
}

/** How large a run is. */
export interface Effort {
  /** Small sizes, to check correctness. Bounds are not judged. */
  readonly isQuick: boolean;
  /** Length of what has one; undefined for the scenario's own. */
  readonly seconds: number | undefined;
}

/** One thing to measure about prices. */
export interface Scenario {
  /** As `--only` takes it. */
  readonly name: string;
  readonly title: string;
  run(peer: Peer, effort: Effort): Promise<Outcome>;
}

/** The size of a run: the first for `--quick`. */
export const sizeOf = <Size>({ isQuick }: Effort, quick: Size, full: Size): Size => (isQuick ? quick : full);
