import type { Peer } from '../peers/peer.js';

/** Figures of one run of one peer, by name; each with its unit in the name. Not a number: not measured with this peer. */
export type Figures = Readonly<Record<string, number>>;

/** How much of a workload is run. */
export interface Effort {
  /** Measured time. */
  readonly seconds: number;
  /** Time before it, in which everything gets going. */
  readonly warmSeconds: number;
  /** Part of the connections, sizes and rates: 1 for a measurement, less only to see that a workload works. */
  readonly scale: number;
}

export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly moreIsBetter: boolean;
}

/** One thing that is measured. */
export interface Workload {
  readonly name: string;
  readonly title: string;
  readonly figures: readonly Figure[];
  readonly peers: readonly Peer[];
  /** What must hold, in words and as a check on the medians by peer. */
  readonly targets: readonly Target[];
  /** Rounds when nobody says otherwise. */
  readonly rounds?: number;
  run(peer: Peer, effort: Effort): Promise<Figures>;
}

export interface Target {
  readonly text: string;
  readonly figure: string;
  /** The peer that is compared with; without one the figure itself is held to the bound. */
  readonly peer?: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  /** A figure of the idle pair: where ours is above the peer's already there, `atMost` grows by as much, at most twofold. */
  readonly idleFigure?: string;
}
