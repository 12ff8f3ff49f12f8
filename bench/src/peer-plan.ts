import { chosen, type Options } from './options.js';
import type { Peer } from './peers/peer.js';
import { pulsemqPeer } from './peers/pulsemq.js';
import type { Plan } from './plan.js';
import { resultTable } from './report/table.js';
import { workloads } from './rows/all-rows.js';
import type { Workload } from './workloads/workload.js';

/** PulseMQ against every peer on this machine. Throws a UsageError for an unknown name. */
export function peerPlan(options: Options): Plan {
  const rows = chosen(workloads, options.only, 'workload').filter(isInstalled);
  return {
    rows,
    settings: settingsOf(rows, options.peers),
    rounds: options.rounds,
    table: resultTable,
    summary: () => ({}),
  };
}

function isInstalled({ name, isInstalled }: Workload): boolean {
  if (isInstalled === undefined || isInstalled()) return true;
  console.error(
    `bench: ${name} needs more than its peers, so it is left out; npm run bench:peers installs what it needs`,
  );
  return false;
}

function settingsOf(rows: readonly Workload[], names: readonly string[] | undefined): Map<string, string> {
  const settings = new Map<string, string>();
  for (const peer of peersOf(rows, names)) {
    const text = peer.describe();
    if (text !== undefined) settings.set(peer.name, text);
    else console.error(`bench: ${peer.name} is not installed, so it is left out; npm run bench:peers installs peers`);
  }
  return settings;
}

/** In the order of the rows. PulseMQ is always among them. */
function peersOf(rows: readonly Workload[], names: readonly string[] | undefined): Peer[] {
  const all = [...new Map(rows.flatMap(({ peers }) => peers).map((peer) => [peer.name, peer])).values()];
  if (names === undefined) return all;
  const others = names.filter((name) => name !== 'none' && name !== pulsemqPeer.name);
  const wanted = chosen<Peer>(all, others, 'peer');
  return all.filter((peer) => peer.name === pulsemqPeer.name || wanted.includes(peer));
}
