import type { WorkloadResult } from '../report/results.js';
import { cell, markdownTable, remarks } from '../report/table.js';
import { dropped } from '../workloads/figures.js';
import {
  type Contenders,
  type CpuComparison,
  compareCpu,
  compareRow,
  cpuRatioMax,
  type RatioRange,
} from './comparison.js';

/** The figures of both builds, their ratios beside the noise, and the bound on CPU. */
export function comparisonTable(results: readonly WorkloadResult[], contenders: Contenders): string {
  const { present, baseline, again } = contenders;
  const ratioHeads = [`${present} / ${baseline}: median (min to max)`, `${baseline} / itself: median (min to max)`];
  const head = ['workload', 'figure', baseline, present, ...ratioHeads];
  const rows = results.flatMap((result) =>
    compareRow(result, contenders).figures.map(({ name, unit, ratio, noise }, index) => {
      const figure = result.workload.figures[index]!;
      const ratios = name === dropped.name ? ['', ''] : [rangeText(ratio), rangeText(noise)];
      return [
        index === 0 ? result.workload.title : '',
        unit,
        cell(result, baseline, figure),
        cell(result, present, figure),
        ...ratios,
      ];
    }),
  );
  return [
    markdownTable(head, rows),
    '',
    cpuText(compareCpu(results.map((result) => compareRow(result, contenders))), contenders),
    ...remarks(results, [present, baseline, again]),
  ].join('\n');
}

function rangeText({ median, min, max }: RatioRange): string {
  if (Number.isNaN(median)) return '-';
  return `${median.toFixed(3)} (${min.toFixed(3)} to ${max.toFixed(3)})`;
}

function cpuText({ rowCount, ratio, noise, verdict }: CpuComparison, { present, baseline }: Contenders): string {
  if (rowCount === 0) return 'None of these workloads measures CPU per delivery: the bound on CPU is not checked.';
  const bound = `CPU grows by at most ${Math.round((cpuRatioMax - 1) * 100)} %`;
  const growth = `${ratio >= 1 ? '+' : ''}${((ratio - 1) * 100).toFixed(1)} %`;
  return [
    `CPU per delivery, geometric mean of ${rowCount} workloads: ${present} / ${baseline} ${ratio.toFixed(3)}; ${baseline} / itself ${noise.toFixed(3)}, the noise`,
    `${bound}: ${growth}, ${verdict === 'does not hold' ? '**does not hold**' : verdict}`,
  ].join('\n');
}
