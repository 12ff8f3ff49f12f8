import type { Peer } from './peers/peer.js';
import type { Progress } from './progress.js';
import type { WorkloadResult } from './report/results.js';
import { shown } from './report/shown.js';
import { dropped } from './workloads/figures.js';
import type { Figures, Workload } from './workloads/workload.js';

const defaultRounds = 3;
const warmSeconds = 1;

interface Length {
  /** Of every workload; undefined for its own number. */
  readonly rounds?: number | undefined;
  /** Measured time of each run. */
  readonly seconds: number;
}

/** Measures the workloads one after the other, with those of their peers that `settings` names. */
export async function measureAll(
  rows: readonly Workload[],
  settings: ReadonlyMap<string, string>,
  length: Length,
  progress: Progress,
): Promise<WorkloadResult[]> {
  const results: WorkloadResult[] = [];
  for (const [index, workload] of rows.entries()) {
    const peers = workload.peers.filter(({ name }) => settings.has(name));
    results.push(await measureRow(workload, peers, length, `${index + 1}/${rows.length} ${workload.name}`, progress));
  }
  return results;
}

/** The peers alternate within each round, so that a disturbance hits all of them. */
async function measureRow(
  workload: Workload,
  peers: readonly Peer[],
  { rounds = workload.rounds ?? defaultRounds, seconds }: Length,
  label: string,
  progress: Progress,
): Promise<WorkloadResult> {
  const runs = new Map<string, Figures[]>(peers.map(({ name }) => [name, []]));
  const failures: string[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const peer of orderOf(peers, round)) {
      const step = `${label}, round ${round} of ${rounds}, ${peer.name}`;
      progress.begin(step);
      try {
        const figures = await workload.run(peer, { seconds, warmSeconds, scale: 1 });
        runs.get(peer.name)!.push(figures);
        progress.done(`${step}: ${firstFigure(workload, figures)}`);
      } catch (error) {
        // A failed run must not cost the hour before it. Its empty entry keeps the rounds of all peers aligned.
        runs.get(peer.name)!.push({});
        failures.push(`${peer.name}, round ${round}: ${(error as Error).message}`);
        progress.line(`${step}: FAILED, ${(error as Error).stack}`);
      }
    }
  }
  return { workload, runs, failures };
}

/** Every second round is reversed: a machine slows down and speeds up, so no peer may always go first. */
const orderOf = (peers: readonly Peer[], round: number): readonly Peer[] =>
  round % 2 === 1 ? peers : [...peers].reverse();

function firstFigure({ figures }: Workload, values: Figures): string {
  const droppedCount = values[dropped.name] ?? 0;
  const { name, unit } = figures[0]!;
  return `${shown(values[name]!)} ${unit}${droppedCount > 0 ? `, ${droppedCount} dropped` : ''}`;
}
