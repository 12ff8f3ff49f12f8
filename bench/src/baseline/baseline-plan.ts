import { chosen, type Options } from '../options.js';
import { brokerPeer, commonConfig, pulsemqPeer, repositoryRoot } from '../peers/pulsemq.js';
import type { Plan } from '../plan.js';
import type { Progress } from '../progress.js';
import { workloads } from '../rows/all-rows.js';
import { builtCheckout } from './checkout.js';
import { commitOf, presentVersion } from './commit.js';
import { type Contenders, compareCpu, compareRow } from './comparison.js';
import { comparisonTable } from './comparison-table.js';

const defaultRows = ['ticks-1-1', 'ticks-1-10', 'ticks-1-100', 'different-interests'];
const defaultRounds = 10;

/**
 * The present build against another commit of this repository, and that commit against itself. The load generators are the present
 * ones for all three brokers. Installs and builds the commit where that has not been done.
 *
 * Throws a UsageError for an unknown commit, and for a workload without a PulseMQ broker.
 */
export async function baselinePlan(name: string, options: Options, progress: Progress): Promise<Plan> {
  const comparable = workloads.filter(({ peers }) => peers.includes(pulsemqPeer));
  const rows = chosen(comparable, options.only ?? defaultRows, 'workload');
  const commit = commitOf(name);
  const baselineRoot = await builtCheckout(commit, progress);
  const contenders = contendersOf(commit.shortHash);
  const settings = new Map([
    [contenders.present, `working tree at ${presentVersion()}`],
    [contenders.baseline, `${commit.hash} "${commit.subject}"`],
    [contenders.again, 'the same, to measure the noise'],
  ]);
  const rootOf = (contender: string): string => (contender === contenders.present ? repositoryRoot : baselineRoot);
  // In this order, reversed every second round: the baseline is the neighbour of both others, and each goes first equally often.
  const peers = [contenders.present, contenders.baseline, contenders.again].map((contender) =>
    brokerPeer(contender, settings.get(contender)!, { root: rootOf(contender), config: commonConfig }),
  );
  return {
    rows: rows.map((row) => ({ ...row, peers, targets: [] })),
    settings,
    rounds: options.rounds ?? defaultRounds,
    table: (results) => comparisonTable(results, contenders),
    summary: (results) => {
      const compared = results.map((result) => compareRow(result, contenders));
      return { comparison: { rows: compared, cpu: compareCpu(compared) } };
    },
  };
}

const contendersOf = (shortHash: string): Contenders => ({
  present: 'present build',
  baseline: shortHash,
  again: `${shortHash} again`,
});
