import type { Figure, Target } from '../workloads/workload.js';
import { droppedRuns, judge, medianOf, ratioTo, type WorkloadResult } from './results.js';
import { shown } from './shown.js';

const ours = 'PulseMQ';
const dropFigure = 'dropped_messages';

/** One Markdown table: a row for each workload and figure, a column for each peer, and what must hold; below it what is to be said of runs. */
export function resultTable(results: readonly WorkloadResult[]): string {
  const names = [...new Set(results.flatMap(({ runs }) => [...runs.keys()]))];
  const head = ['workload', 'figure', ...names, 'ours / NATS', 'must hold'];
  const rows = results.flatMap((result) =>
    result.workload.figures.map((figure, index) => [
      index === 0 ? result.workload.title : '',
      figure.unit,
      ...names.map((name) => cell(result, name, figure)),
      figure.name === dropFigure ? '' : shown(ratioTo(result, 'NATS', figure.name)),
      targetsOf(result, figure.name),
    ]),
  );
  const table = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return [...table, ...remarks(results)].join('\n');
}

function cell(result: WorkloadResult, peer: string, figure: Figure): string {
  const text = shown(medianOf(result, peer, figure.name));
  return text !== '-' && figure.name !== dropFigure && droppedRuns(result, peer).length > 0 ? `${text} (!)` : text;
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
  const allowed = bound === plain ? '' : ` (${shown(bound)} allowed by the idle pair)`;
  return `${target.text}${allowed}: ${shown(value)}, ${verdict === 'does not hold' ? '**does not hold**' : verdict}`;
}

function remarks(results: readonly WorkloadResult[]): string[] {
  const lines: string[] = [];
  for (const result of results) {
    const { title } = result.workload;
    for (const [peer, runs] of result.runs) {
      const lossy = droppedRuns(result, peer);
      if (lossy.length === 0) continue;
      const counts = lossy.map((figures) => figures[dropFigure]!.toLocaleString('en')).join(', ');
      const meaning = peer === ours ? 'no result' : 'its delivered rate counts';
      lines.push(
        `(!) ${title}: ${peer} dropped ${counts} messages in ${lossy.length} of ${runs.length} runs: ${meaning}.`,
      );
    }
    for (const failure of result.failures) lines.push(`(!) ${title}: a run failed: ${failure}`);
  }
  return lines.length === 0 ? [] : ['', ...lines];
}
