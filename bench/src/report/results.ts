import type { Figures, Target, Workload } from '../workloads/workload.js';
import { median } from './median.js';

/** Every run of one workload, by peer. */
export interface WorkloadResult {
  readonly workload: Workload;
  readonly runs: ReadonlyMap<string, readonly Figures[]>;
}

export const medianOf = ({ runs }: WorkloadResult, peer: string, figure: string): number =>
  median((runs.get(peer) ?? []).map((figures) => figures[figure]!));

/** Ours against a peer: the median of the ratios of the rounds, each with its neighbour in time. */
export function ratioTo({ runs }: WorkloadResult, peer: string, figure: string): number {
  const theirs = runs.get(peer) ?? [];
  const ours = runs.get('PulseMQ') ?? [];
  return median(ours.slice(0, theirs.length).map((figures, round) => figures[figure]! / theirs[round]![figure]!));
}

/** Whether a target holds, and by which number. */
export function judge(result: WorkloadResult, target: Target): { value: number; holds: boolean } | undefined {
  const value =
    target.peer === undefined
      ? medianOf(result, 'PulseMQ', target.figure)
      : ratioTo(result, target.peer, target.figure);
  if (Number.isNaN(value)) return undefined;
  // A run of ours that dropped anything is no result.
  const dropped = medianOf(result, 'PulseMQ', 'dropped_messages');
  const holds =
    value >= (target.atLeast ?? 0) && value <= (target.atMost ?? Number.POSITIVE_INFINITY) && !(dropped > 0);
  return { value, holds };
}
