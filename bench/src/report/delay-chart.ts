import { medianOf, ours, type WorkloadResult } from './results.js';
import { shown } from './shown.js';
import { bar, type Chart, colours, heading, labelPx, rowPx, text, widthPx } from './svg.js';

const headPx = 60;
/** Shorter delays are drawn as one microsecond. */
const leastUs = 1;

/** P50 and P99 of every workload that measures them, by peer, on a logarithmic scale. */
export function delayChart(results: readonly WorkloadResult[], topPx: number): Chart {
  const rows = results.flatMap(rowsOf);
  if (rows.length === 0) return { heightPx: 0, marks: [] };
  const most = Math.log10(Math.max(...rows.map(({ p99Us }) => p99Us)) * 2);
  const widthOf = (us: number): number => (Math.log10(Math.max(leastUs, us)) / most) * (widthPx - labelPx - 110);
  const marks = rows.flatMap(({ label, p50Us, p99Us, isOurs }, index) => {
    const y = topPx + headPx + index * rowPx;
    const colour = isOurs ? colours.good : colours.other;
    return [
      text(labelPx - 8, y + 11, label, 'text-anchor="end"'),
      `<g opacity="0.45">${bar(labelPx, y, widthOf(p99Us), colour)}</g>`,
      bar(labelPx, y, widthOf(p50Us), colour),
      text(labelPx + widthOf(p99Us) + 6, y + 11, `${shown(p50Us)} / ${shown(p99Us)}`),
    ];
  });
  return {
    heightPx: headPx + rows.length * rowPx + 20,
    marks: [
      heading(topPx + 25, 'Delay from the time a message was due: P50 / P99, microseconds'),
      text(10, topPx + 45, 'Logarithmic scale; shorter is better. Dark: P50, light: P99.'),
      ...marks,
    ],
  };
}

function rowsOf(result: WorkloadResult) {
  const names = result.workload.figures.map(({ name }) => name);
  if (!names.includes('p50_us') || !names.includes('p99_us')) return [];
  return [...result.runs.keys()].map((peer) => ({
    label: `${result.workload.title}, ${peer}`,
    p50Us: medianOf(result, peer, 'p50_us'),
    p99Us: medianOf(result, peer, 'p99_us'),
    isOurs: peer === ours,
  }));
}
