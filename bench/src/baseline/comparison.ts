import { median } from '../report/median.js';
import { droppedRuns, medianOf, neighbourRatios, type Verdict, type WorkloadResult } from '../report/results.js';
import { cpu } from '../workloads/figures.js';

/** The names of the three brokers of a comparison, in the order of an odd round. */
export interface Contenders {
  readonly present: string;
  readonly baseline: string;
  /** The baseline once more: its ratio to `baseline` is the noise of the measurement. */
  readonly again: string;
}

/** Ratios of neighbouring runs. */
export interface RatioRange {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface FigureComparison {
  readonly name: string;
  readonly unit: string;
  /** Medians over the rounds. */
  readonly baseline: number;
  readonly present: number;
  /** Present build to baseline. */
  readonly ratio: RatioRange;
  /** Baseline to itself. */
  readonly noise: RatioRange;
}

export interface RowComparison {
  readonly name: string;
  readonly title: string;
  readonly figures: readonly FigureComparison[];
  /** False where one of the brokers lost messages or a run failed. */
  readonly isResult: boolean;
}

/** Geometric means of the rows' CPU ratios, and whether the first stays within the bound. NaN without a row that measures CPU. */
export interface CpuComparison {
  readonly rowCount: number;
  readonly ratio: number;
  readonly noise: number;
  readonly verdict: Verdict;
}

/** CPU seconds a million deliveries, present build to baseline. */
export const cpuRatioMax = 1.03;

export function rangeOf(ratios: readonly number[]): RatioRange {
  if (ratios.length === 0) return { median: Number.NaN, min: Number.NaN, max: Number.NaN };
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
}

/** NaN of no values. */
export const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

export function compareRow(result: WorkloadResult, { present, baseline, again }: Contenders): RowComparison {
  const { workload, failures } = result;
  const lossyCount = [present, baseline, again].filter((name) => droppedRuns(result, name).length > 0).length;
  const figures = workload.figures.map(({ name, unit }) => ({
    name,
    unit,
    baseline: medianOf(result, baseline, name),
    present: medianOf(result, present, name),
    ratio: rangeOf(neighbourRatios(result, present, baseline, name)),
    noise: rangeOf(neighbourRatios(result, again, baseline, name)),
  }));
  return { name: workload.name, title: workload.title, figures, isResult: lossyCount === 0 && failures.length === 0 };
}

export function compareCpu(rows: readonly RowComparison[]): CpuComparison {
  const figures = rows.flatMap((row) => row.figures.filter(({ name }) => name === cpu.name));
  const ratio = geometricMean(figures.map((figure) => figure.ratio.median));
  const noise = geometricMean(figures.map((figure) => figure.noise.median));
  const isResult = rows.every((row) => row.isResult) && !Number.isNaN(ratio);
  const verdict = !isResult ? 'no result' : ratio <= cpuRatioMax ? 'holds' : 'does not hold';
  return { rowCount: figures.length, ratio, noise, verdict };
}
