import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { baselinePlan } from './baseline/baseline-plan.js';
import { chosen, type Options, parseOptions, UsageError, usage } from './options.js';
import { peerPlan } from './peer-plan.js';
import { Progress } from './progress.js';
import { machine } from './report/machine.js';
import { plot } from './report/plot.js';
import { rawFigures } from './report/raw.js';
import { workloads } from './rows/all-rows.js';
import { measureAll } from './suite.js';
import type { Workload } from './workloads/workload.js';

function list(rows: readonly Workload[]): string {
  return rows
    .map(({ name, title, figures, peers, targets }) => {
      const lines = [`${name.padEnd(22)} ${title}`, `peers: ${peers.map((peer) => peer.name).join(', ')}`];
      for (const { figure, text } of targets) {
        lines.push(`bound: ${figures.find((one) => one.name === figure)?.unit} ${text}`);
      }
      return lines.join(`\n${' '.repeat(23)}`);
    })
    .join('\n');
}

async function main(options: Options): Promise<void> {
  if (options.help) return console.log(usage);
  if (options.list) return console.log(list(chosen(workloads, options.only, 'workload')));
  if (options.profile !== undefined) process.env.BENCH_PROFILE = resolve(options.profile);
  const progress = new Progress(process.stderr);
  const { baseline, seconds } = options;
  const plan = baseline === undefined ? peerPlan(options) : await baselinePlan(baseline, options, progress);
  const { rows, settings, rounds } = plan;
  const results = await measureAll(rows, settings, { rounds, seconds }, progress);
  progress.end();
  const machineText = machine();
  console.log(`${machineText}; medians of interleaved rounds, ${seconds} s measured in each run\n`);
  for (const [name, text] of settings) console.log(`${name}: ${text}`);
  console.log(`\n${plan.table(results)}`);
  const circumstances = { machine: machineText, settings, options, summary: plan.summary(results) };
  if (options.json !== undefined) writeFileSync(options.json, rawFigures(results, circumstances));
  if (options.plot !== undefined) writeFileSync(options.plot, plot(results));
  if (results.some(({ failures }) => failures.length > 0)) process.exitCode = 1;
}

try {
  await main(parseOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`bench: ${error.message}\nbench: --help lists the options`);
  process.exitCode = 2;
}
