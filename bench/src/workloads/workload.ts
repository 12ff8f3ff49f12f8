import type { Peer } from '../peers/peer.js';

/** Figures of one run of one peer, by name. Each name carries its unit. NaN: this peer does not have the figure. */
export type Figures = Readonly<Record<string, number>>;

/** How long and how large a run is. */
export interface Effort {
  /** Measured time. */
  readonly seconds: number;
  /** Time before it, for connections, caches and compiled code to settle. */
  readonly warmSeconds: number;
  /** Factor on connections, sizes and rates: 1 for a measurement, less for a test of the workload itself. */
  readonly scale: number;
}

export interface Figure {
  readonly name: string;
  /** As the table shows it. */
  readonly unit: string;
  readonly moreIsBetter: boolean;
}

/** One row of the suite: what runs, with which peers, and which bounds apply. */
export interface Workload {
  /** As `--only` takes it. */
  readonly name: string;
  readonly title: string;
  readonly figures: readonly Figure[];
  readonly peers: readonly Peer[];
  /** Checked on the medians of all rounds. */
  readonly targets: readonly Target[];
  /** Rounds without `--rounds`; 3 where it is not given. */
  readonly rounds?: number;
  /** False where something that the workload itself needs is not installed: then it is left out. Not given: it needs nothing. */
  isInstalled?(): boolean;
  run(peer: Peer, effort: Effort): Promise<Figures>;
}

/** A bound on one figure of PulseMQ. Exactly one of `atLeast` and `atMost` is given. */
export interface Target {
  /** The bound in words, without the figure. */
  readonly text: string;
  /** Name of the figure. */
  readonly figure: string;
  /** The bound applies to the ratio of PulseMQ to this peer; without a peer, to the figure itself. */
  readonly peer?: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  /** The same figure at idle. Where its ratio is above 1, `atMost` is multiplied by it, at most by 2. */
  readonly idleFigure?: string;
}
