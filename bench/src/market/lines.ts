import { shown } from '../report/shown.js';
import type { Finding, Outcome } from './scenario.js';

/** A bound missed by more than this factor fails the command: the cause is then a mistake, not the machine. */
const failingFactor = 10;

const columns = { name: 18, figure: 46, value: 22, bound: 14 } as const;

/** What stands behind a bound that holds, and behind one that does not. */
type Verdicts = readonly [holds: string, missed: string];

/** The lines of a scenario: one for each figure, one for each rule that was violated. */
export function linesOf(
  name: string,
  { findings, faults, skipped }: Outcome,
  isQuick: boolean,
  verdicts: Verdicts = ['ok', 'missed'],
): string[] {
  const start = name.padEnd(columns.name);
  if (skipped !== undefined) return [`${start}skipped: ${skipped}`];
  return [
    ...findings.map((finding) => `${start}${lineOf(finding, isQuick, verdicts)}`.trimEnd()),
    ...faults.map(({ kind, count, first }) => `${start}ERROR ${kind}: ${count} times, first ${first}`),
    ...(faults.length === 0 ? [`${start}correct`] : []),
  ];
}

/** True where the command must fail: a violated rule, or a bound missed by more than ten times. */
export const isFailed = ({ findings, faults }: Outcome, isQuick: boolean): boolean =>
  faults.length > 0 || (!isQuick && findings.some((finding) => missedBy(finding) > failingFactor));

/** How far a figure is past its bound, as a factor: 1 or less where it holds it. */
function missedBy({ value, atMost, atLeast }: Finding): number {
  // A figure that could not be measured holds no bound.
  if (Number.isNaN(value)) return Number.POSITIVE_INFINITY;
  return Math.max(atMost === undefined ? 0 : value / atMost, atLeast === undefined ? 0 : atLeast / value);
}

function lineOf(finding: Finding, isQuick: boolean, [holds, missed]: Verdicts): string {
  const { figure, value, unit, atMost, atLeast } = finding;
  const text = `${figure.padEnd(columns.figure)}${`${shown(value)} ${unit}`.padEnd(columns.value)}`;
  if (atMost === undefined && atLeast === undefined) return text;
  const bound = (atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`).padEnd(columns.bound);
  const verdict = missedBy(finding) <= 1 ? holds : missed;
  return `${text}${bound}  ${isQuick ? 'not judged' : verdict}`;
}
