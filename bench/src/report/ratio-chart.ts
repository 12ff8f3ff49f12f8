import { judge, ratioTo, type WorkloadResult } from './results.js';
import { bar, type Chart, colours, heading, labelPx, mark, rowPx, text, widthPx } from './svg.js';

const topPx = 60;

interface Bar {
  readonly label: string;
  /** PulseMQ to NATS, inverted where less is better: above 1 is better than NATS. */
  readonly lead: number;
  /** The bound, inverted likewise. */
  readonly bound: number | undefined;
  readonly isGood: boolean;
}

/** A bar for the first figure of each workload, and for every figure with a bound against NATS. */
export function ratioChart(results: readonly WorkloadResult[]): Chart {
  const bars = results.flatMap(barsOf);
  if (bars.length === 0) return { heightPx: 0, marks: [] };
  const most = Math.max(1.5, ...bars.map(({ lead, bound = 0 }) => Math.max(lead, bound)));
  const xOf = (lead: number): number => labelPx + (lead / most) * (widthPx - labelPx - 60);
  const bottomPx = topPx + bars.length * rowPx;
  const marks = bars.flatMap(({ label, lead, bound, isGood }, index) => {
    const y = topPx + index * rowPx;
    return [
      text(labelPx - 8, y + 11, label, 'text-anchor="end"'),
      bar(labelPx, y, xOf(lead) - labelPx, isGood ? colours.good : colours.bad),
      text(xOf(lead) + 6, y + 11, lead.toFixed(2)),
      ...(bound === undefined ? [] : [mark(xOf(bound), y - 2, y + rowPx - 6, colours.text)]),
    ];
  });
  return {
    heightPx: bottomPx + 20,
    marks: [
      heading(25, 'PulseMQ against NATS: how many times better; medians of interleaved rounds'),
      text(10, 45, 'Longer is better; 1 is NATS. The vertical mark is the bound.'),
      mark(xOf(1), topPx - 6, bottomPx, colours.line),
      ...marks,
    ],
  };
}

function barsOf(result: WorkloadResult): Bar[] {
  const { figures, title, targets } = result.workload;
  return figures.flatMap((figure, index) => {
    const ratio = ratioTo(result, 'NATS', figure.name);
    const target = targets.find((one) => one.figure === figure.name && one.peer === 'NATS');
    if (!Number.isFinite(ratio) || ratio === 0 || (index > 0 && target === undefined)) return [];
    const turned = (value: number): number => (figure.moreIsBetter ? value : 1 / value);
    const judged = target && judge(result, target);
    return {
      label: `${title}, ${figure.unit}`,
      lead: turned(ratio),
      bound: judged && turned(judged.bound),
      isGood: judged === undefined ? turned(ratio) >= 1 : judged.verdict === 'holds',
    };
  });
}
