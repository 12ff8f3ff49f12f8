import type { Peer } from '../peers/peer.js';

/** Figures of one run of one peer, by name; each with its unit in the name. */
export type Figures = Readonly<Record<string, number>>;

/** One thing that is measured. */
export interface Workload {
  readonly name: string;
  readonly title: string;
  /** The figure that is compared, and whether more of it is better. */
  readonly figures: readonly { readonly name: string; readonly unit: string; readonly moreIsBetter: boolean }[];
  readonly peers: readonly Peer[];
  /** What must hold, in words and as a check on the medians by peer. */
  readonly targets: readonly Target[];
  run(peer: Peer, seconds: number): Promise<Figures>;
}

export interface Target {
  readonly text: string;
  readonly figure: string;
  /** The peer that is compared with; without one the figure itself is held to the bound. */
  readonly peer?: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}
