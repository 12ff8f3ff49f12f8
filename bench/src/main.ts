import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import type { WorkloadResult } from './report/results.js';
import { resultTable } from './report/table.js';
import { workloads } from './workloads/all.js';
import type { Figures, Workload } from './workloads/workload.js';

const usage = `Usage: npm run bench -- [options]

Measures PulseMQ against every peer found on this machine, interleaved, and prints medians and ratios.

  --only <names>     workloads, joined by commas (--list shows them)
  --peers <names>    peers, joined by commas; PulseMQ is always among them
  --rounds <count>   rounds of each workload (default 3)
  --seconds <count>  measured time of a run (default 3)
  --quick            one round of one second, to see that it works
  --json <file>      keep every figure of every run
  --list             list the workloads
  --help             this text`;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    peers: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(usage);
  process.exit(0);
}

const rounds = options.quick ? 1 : Number(options.rounds);
const seconds = options.quick ? 1 : Number(options.seconds);
const wantedPeers = options.peers?.split(',');
const wanted = options.only?.split(',');
const unknown = wanted?.filter((name) => !workloads.some((one) => one.name === name)) ?? [];
if (unknown.length > 0) {
  console.error(
    `bench: there is no workload ${unknown.join(', ')}; there are ${workloads.map(({ name }) => name).join(', ')}`,
  );
  process.exit(2);
}
if (options.list) {
  for (const { name, title } of workloads) console.log(`${name.padEnd(22)} ${title}`);
  process.exit(0);
}

const chosen = workloads.filter(({ name }) => wanted?.includes(name) ?? true);
const settings = new Map<string, string>();
for (const peer of new Set(chosen.flatMap(({ peers }) => peers))) {
  if (wantedPeers !== undefined && peer.name !== 'PulseMQ' && !wantedPeers.includes(peer.name)) continue;
  const text = peer.describe();
  if (text === undefined)
    console.error(`bench: ${peer.name} is not on this machine; npm run bench:peers installs what it can`);
  else settings.set(peer.name, text);
}

const progress = (text: string): void => {
  process.stderr.write(process.stderr.isTTY === true ? `\r\u001b[K${text}` : `${text}\n`);
};

/** All peers of a workload, one after the other, round by round: what disturbs one round disturbs all of it. */
async function measure(workload: Workload): Promise<WorkloadResult> {
  const runs = new Map<string, Figures[]>();
  const peers = workload.peers.filter(({ name }) => settings.has(name));
  for (let round = 1; round <= rounds; round++) {
    for (const peer of peers) {
      progress(`${workload.name}, round ${round} of ${rounds}, ${peer.name}`);
      const figures = await workload.run(peer, seconds);
      runs.set(peer.name, [...(runs.get(peer.name) ?? []), figures]);
    }
  }
  return { workload, runs };
}

const results: WorkloadResult[] = [];
for (const workload of chosen) results.push(await measure(workload));
progress('');

console.log(
  `${cpus().length} x ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}; medians of ${rounds} rounds of ${seconds} s, interleaved`,
);
for (const [name, text] of settings) console.log(`${name}: ${text}`);
console.log(`\n${resultTable(results)}`);
if (options.json !== undefined) {
  const runs = results.map(({ workload, runs: byPeer }) => ({
    workload: workload.name,
    runs: Object.fromEntries(byPeer),
  }));
  writeFileSync(
    options.json,
    `${JSON.stringify({ settings: Object.fromEntries(settings), rounds, seconds, runs }, null, 2)}\n`,
  );
}
process.exit(0);
