import type { Peer } from './peers/peer.js';
import type { Progress } from './progress.js';
import type { WorkloadResult } from './report/results.js';
import { shown } from './report/shown.js';
import type { Figures, Workload } from './workloads/workload.js';

const defaultRounds = 3;
const warmSeconds = 1;

interface Plan {
  readonly rounds: number | undefined;
  readonly seconds: number;
}

/** All workloads one after the other, and in each all peers one after the other, round by round: what disturbs one disturbs all. */
export async function measureAll(
  rows: readonly Workload[],
  settings: ReadonlyMap<string, string>,
  plan: Plan,
  progress: Progress,
): Promise<WorkloadResult[]> {
  const results: WorkloadResult[] = [];
  for (const [index, workload] of rows.entries()) {
    const peers = workload.peers.filter(({ name }) => settings.has(name));
    const rounds = plan.rounds ?? workload.rounds ?? defaultRounds;
    const runs = new Map<string, Figures[]>(peers.map(({ name }) => [name, []]));
    const failures: string[] = [];
    results.push({ workload, runs, failures });
    for (let round = 1; round <= rounds; round++) {
      for (const peer of turned(peers, round)) {
        const step = `${index + 1}/${rows.length} ${workload.name}, round ${round} of ${rounds}, ${peer.name}`;
        progress.begin(step);
        try {
          const figures = await workload.run(peer, { seconds: plan.seconds, warmSeconds, scale: 1 });
          runs.get(peer.name)!.push(figures);
          progress.done(`${step}: ${firstFigure(workload, figures)}`);
        } catch (error) {
          // One run that fails must not cost the hour before it.
          failures.push(`${peer.name}, round ${round}: ${(error as Error).message}`);
          progress.tell(`${step}: FAILED, ${(error as Error).stack}`);
        }
      }
    }
  }
  return results;
}

/** Nobody always goes first: a machine warms up, and slows down. */
const turned = (peers: readonly Peer[], round: number): readonly Peer[] =>
  round % 2 === 1 ? peers : [...peers].reverse();

function firstFigure({ figures }: Workload, values: Figures): string {
  const droppedCount = values.dropped_messages ?? 0;
  const { name, unit } = figures[0]!;
  return `${shown(values[name]!)} ${unit}${droppedCount > 0 ? `, ${droppedCount} dropped` : ''}`;
}
