import type { WorkloadResult } from './report/results.js';
import type { Workload } from './workloads/workload.js';

/** What one call of the suite measures, and how it reports it. */
export interface Plan {
  readonly rows: readonly Workload[];
  /** The peers that take part, each with its version and settings for the report. */
  readonly settings: ReadonlyMap<string, string>;
  /** Rounds of every workload; undefined for each workload's own number. */
  readonly rounds: number | undefined;
  /** The report. */
  table(results: readonly WorkloadResult[]): string;
  /** What `--json` keeps beside the figures of every run. */
  summary(results: readonly WorkloadResult[]): object;
}
