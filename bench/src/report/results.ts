import type { Figures, Target, Workload } from '../workloads/workload.js';
import { median } from './median.js';

/** Every run of one workload, by peer. */
export interface WorkloadResult {
  readonly workload: Workload;
  /** One entry for each round; empty where that run failed. */
  readonly runs: ReadonlyMap<string, readonly Figures[]>;
  /** The runs that failed, and why. */
  readonly failures: readonly string[];
}

/** The name of the peer that is compared with the others. */
export const ours = 'PulseMQ';
/** The most that the idle figures may raise a bound. */
const idleAllowanceMax = 2;

const measured = (values: readonly number[]): number[] => values.filter((value) => !Number.isNaN(value));

export const medianOf = ({ runs }: WorkloadResult, peer: string, figure: string): number =>
  median(measured((runs.get(peer) ?? []).map((figures) => figures[figure] ?? Number.NaN)));

/** One peer divided by another, round by round: runs that are neighbours in time. Rounds without both figures are left out. */
export function neighbourRatios({ runs }: WorkloadResult, above: string, below: string, figure: string): number[] {
  const divisors = runs.get(below) ?? [];
  const ratios = (runs.get(above) ?? []).map(
    (figures, round) => (figures[figure] ?? Number.NaN) / (divisors[round]?.[figure] ?? Number.NaN),
  );
  return measured(ratios);
}

/** PulseMQ divided by a peer: the median of the ratios of neighbouring runs. */
export const ratioTo = (result: WorkloadResult, peer: string, figure: string): number =>
  median(neighbourRatios(result, ours, peer, figure));

/** Runs of a peer that lost messages. */
export const droppedRuns = ({ runs }: WorkloadResult, peer: string): readonly Figures[] =>
  (runs.get(peer) ?? []).filter(({ dropped_messages = 0 }) => dropped_messages > 0);

export type Verdict = 'holds' | 'does not hold' | 'no result';

/** The figure that a target bounds, its bound, and whether it holds; undefined without runs. One run of PulseMQ with a drop: no result. */
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

/** Where the figures differ already at idle, the bound is raised by that ratio, at most twofold. */
function idleAllowance(result: WorkloadResult, { peer, idleFigure }: Target): number {
  if (peer === undefined || idleFigure === undefined) return 1;
  const ratio = ratioTo(result, peer, idleFigure);
  return Number.isNaN(ratio) ? 1 : Math.min(idleAllowanceMax, Math.max(1, ratio));
}
