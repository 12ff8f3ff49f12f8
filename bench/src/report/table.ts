import { dropped } from '../workloads/figures.js';
import type { Figure, Target } from '../workloads/workload.js';
import { droppedRuns, judge, medianOf, ours, ratioTo, type WorkloadResult } from './results.js';
import { shown } from './shown.js';

/** One Markdown table: a row for each workload and figure, a column for each peer, then the bounds. Remarks on single runs follow. */
export function resultTable(results: readonly WorkloadResult[]): string {
  const names = [...new Set(results.flatMap(({ runs }) => [...runs.keys()]))];
  const head = ['workload', 'figure', ...names, 'PulseMQ / NATS', 'bound'];
  const rows = results.flatMap((result) =>
    result.workload.figures.map((figure, index) => [
      index === 0 ? result.workload.title : '',
      figure.unit,
      ...names.map((name) => cell(result, name, figure)),
      figure.name === dropped.name ? '' : shown(ratioTo(result, 'NATS', figure.name)),
      targetsOf(result, figure.name),
    ]),
  );
  return [markdownTable(head, rows), ...remarks(results, [ours])].join('\n');
}

export const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** The median of a peer, marked where one of its runs lost messages. */
export function cell(result: WorkloadResult, peer: string, figure: Figure): string {
  const text = shown(medianOf(result, peer, figure.name));
  return text !== '-' && figure.name !== dropped.name && droppedRuns(result, peer).length > 0 ? `${text} (!)` : text;
}

function targetsOf(result: WorkloadResult, figure: string): string {
  return result.workload.targets
    .filter((target) => target.figure === figure)
    .map((target) => verdictOf(result, target))
    .join('; ');
}

function verdictOf(result: WorkloadResult, target: Target): string {
  const judged = judge(result, target);
  if (judged === undefined) return `${target.text}: not measured`;
  const { value, bound, verdict } = judged;
  const plain = target.atLeast ?? target.atMost!;
  const raised = bound === plain ? '' : ` (raised to ${shown(bound)} by the idle ratio)`;
  return `${target.text}${raised}: ${shown(value)}, ${verdict === 'does not hold' ? '**does not hold**' : verdict}`;
}

/** A line for each peer of a workload that lost messages, and for each run that failed. A drop of one of `judged` voids its row. */
export function remarks(results: readonly WorkloadResult[], judged: readonly string[]): string[] {
  const lines: string[] = [];
  for (const result of results) {
    const { title } = result.workload;
    for (const [peer, runs] of result.runs) {
      const lossy = droppedRuns(result, peer);
      if (lossy.length === 0) continue;
      const counts = lossy.map((figures) => figures[dropped.name]!.toLocaleString('en')).join(', ');
      const meaning = judged.includes(peer) ? 'no result' : 'its rate counts what it delivered';
      lines.push(
        `(!) ${title}: ${peer} dropped ${counts} messages in ${lossy.length} of ${runs.length} runs: ${meaning}.`,
      );
    }
    for (const failure of result.failures) lines.push(`(!) ${title}: a run failed: ${failure}`);
  }
  return lines.length === 0 ? [] : ['', ...lines];
}
