import { judge, medianOf, ratioTo, type WorkloadResult } from './results.js';

const shown = (value: number): string => {
  if (Number.isNaN(value)) return '-';
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M`;
  if (value >= 1e4) return `${(value / 1e3).toFixed(0)} k`;
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
};

/** One Markdown table: a row for each workload and figure, a column for each peer, and what must hold. */
export function resultTable(results: readonly WorkloadResult[]): string {
  const names = [...new Set(results.flatMap(({ workload }) => workload.peers.map(({ name }) => name)))];
  const head = ['workload', '', ...names, 'ours / NATS', 'must hold'];
  const rows = results.flatMap((result) =>
    result.workload.figures.map(({ name, unit }, index) => [
      index === 0 ? result.workload.title : '',
      unit,
      ...names.map((peer) => shown(medianOf(result, peer, name))),
      name === 'dropped_messages' ? '' : `${ratioTo(result, 'NATS', name).toFixed(2).replace('NaN', '-')}`,
      targetsOf(result, name),
    ]),
  );
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function targetsOf(result: WorkloadResult, figure: string): string {
  return result.workload.targets
    .filter((target) => target.figure === figure)
    .map((target) => {
      const verdict = judge(result, target);
      if (verdict === undefined) return `${target.text}: not measured`;
      return `${target.text}: ${shown(verdict.value)}, ${verdict.holds ? 'holds' : 'does NOT hold'}`;
    })
    .join('; ');
}
