import type { WorkloadResult } from './results.js';

interface Circumstances {
  readonly machine: string;
  readonly settings: ReadonlyMap<string, string>;
  readonly options: object;
  /** Figures computed from the runs, by name. */
  readonly summary: object;
}

/** Every figure of every run, as JSON. */
export function rawFigures(
  results: readonly WorkloadResult[],
  { machine, settings, options, summary }: Circumstances,
): string {
  const whole = {
    at: new Date().toISOString(),
    machine,
    settings: Object.fromEntries(settings),
    options,
    workloads: results.map(({ workload, runs, failures }) => ({
      name: workload.name,
      title: workload.title,
      figures: workload.figures,
      targets: workload.targets,
      runs: Object.fromEntries(runs),
      failures,
    })),
    ...summary,
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}
