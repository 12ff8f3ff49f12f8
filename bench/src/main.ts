import { writeFileSync } from 'node:fs';
import { cpus, platform, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { chosen, type Options, parseOptions, UsageError, usage } from './options.js';
import type { Peer } from './peers/peer.js';
import { Progress } from './progress.js';
import { plot } from './report/plot.js';
import { rawFigures } from './report/raw.js';
import { resultTable } from './report/table.js';
import { workloads } from './rows/all-rows.js';
import { measureAll } from './suite.js';
import type { Workload } from './workloads/workload.js';

/** Our own, which every run has. */
const ours = 'PulseMQ';

function list(rows: readonly Workload[]): string {
  return rows
    .map(({ name, title, peers, targets }) => {
      const bounds = targets.map(({ text }) => text).join('; ');
      const lines = [`${name.padEnd(22)} ${title}`, `against ${peers.map((peer) => peer.name).join(', ')}`];
      return [...lines, ...(bounds === '' ? [] : [`must hold: ${bounds}`])].join(`\n${' '.repeat(23)}`);
    })
    .join('\n');
}

/** Peers that take part and are on this machine, with their versions and settings. */
function settingsOf(rows: readonly Workload[], options: Options): Map<string, string> {
  const all = [...new Map(rows.flatMap(({ peers }) => peers).map((peer) => [peer.name, peer])).values()];
  const others = all.filter(({ name }) => name !== ours);
  const wanted =
    options.peers?.[0] === 'none'
      ? []
      : chosen<Peer>(
          others,
          options.peers?.filter((name) => name !== ours),
          'peer',
        );
  const settings = new Map<string, string>();
  for (const peer of all) {
    if (peer.name !== ours && !wanted.includes(peer)) continue;
    const text = peer.describe();
    if (text !== undefined) settings.set(peer.name, text);
    else
      console.error(
        `bench: ${peer.name} is not on this machine and is left out; npm run bench:peers installs what it can`,
      );
  }
  return settings;
}

async function main(options: Options): Promise<void> {
  if (options.help) return console.log(usage);
  const rows = chosen(workloads, options.only, 'workload');
  if (options.list) return console.log(list(rows));
  if (options.profile !== undefined) process.env.BENCH_PROFILE = resolve(options.profile);
  const settings = settingsOf(rows, options);
  const progress = new Progress(process.stderr);
  const results = await measureAll(rows, settings, options, progress);
  progress.end();
  const machine = `${cpus().length} x ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()}, Node ${process.version}`;
  console.log(`${machine}; medians of interleaved rounds, ${options.seconds} s measured in each run\n`);
  for (const [name, text] of settings) console.log(`${name}: ${text}`);
  console.log(`\n${resultTable(results)}`);
  if (options.json !== undefined) writeFileSync(options.json, rawFigures(results, { machine, settings, options }));
  if (options.plot !== undefined) writeFileSync(options.plot, plot(results));
  if (results.some(({ failures }) => failures.length > 0)) process.exitCode = 1;
}

try {
  await main(parseOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`bench: ${error.message}\nbench: --help tells more`);
  process.exitCode = 2;
}
