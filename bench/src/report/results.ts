import type { Figures, Target, Workload } from '../workloads/workload.js';
import { median } from './median.js';

/** Every run of one workload, by peer. */
export interface WorkloadResult {
  readonly workload: Workload;
  readonly runs: ReadonlyMap<string, readonly Figures[]>;
  /** Runs that ended before their time, and why. */
  readonly failures: readonly string[];
}

const ours = 'PulseMQ';
/** The most that a difference of the idle pair excuses. */
const idleAllowanceMax = 2;

export const medianOf = ({ runs }: WorkloadResult, peer: string, figure: string): number =>
  median(
    (runs.get(peer) ?? []).map((figures) => figures[figure] ?? Number.NaN).filter((value) => !Number.isNaN(value)),
  );

/** Ours against a peer: the median of the ratios of the rounds, each with its neighbour in time. */
export function ratioTo({ runs }: WorkloadResult, peer: string, figure: string): number {
  const theirs = runs.get(peer) ?? [];
  const mine = runs.get(ours) ?? [];
  return median(mine.slice(0, theirs.length).map((figures, round) => figures[figure]! / theirs[round]![figure]!));
}

/** Runs of a peer in which messages were lost. */
export const droppedRuns = ({ runs }: WorkloadResult, peer: string): readonly Figures[] =>
  (runs.get(peer) ?? []).filter(({ dropped_messages = 0 }) => dropped_messages > 0);

export type Verdict = 'holds' | 'does not hold' | 'no result';

/** Whether a target holds, and by which number; undefined when it was not measured. A run of ours that dropped anything is no result. */
export function judge(
  result: WorkloadResult,
  target: Target,
): { readonly value: number; readonly bound: number; readonly verdict: Verdict } | undefined {
  const { peer, figure, atLeast, atMost } = target;
  const value = peer === undefined ? medianOf(result, ours, figure) : ratioTo(result, peer, figure);
  if (Number.isNaN(value)) return undefined;
  const bound = atLeast ?? atMost! * idleAllowance(result, target);
  const isWithin = atLeast === undefined ? value <= bound : value >= bound;
  const verdict = droppedRuns(result, ours).length > 0 ? 'no result' : isWithin ? 'holds' : 'does not hold';
  return { value, bound, verdict };
}

/** Where the idle pair itself differs, that difference is allowed, up to twofold. */
function idleAllowance(result: WorkloadResult, { peer, idleFigure }: Target): number {
  if (peer === undefined || idleFigure === undefined) return 1;
  const ratio = ratioTo(result, peer, idleFigure);
  return Number.isNaN(ratio) ? 1 : Math.min(idleAllowanceMax, Math.max(1, ratio));
}
