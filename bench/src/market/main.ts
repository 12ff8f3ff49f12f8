import { chosen, UsageError } from '../options.js';
import type { Peer } from '../peers/peer.js';
import { pulsemqPeer } from '../peers/pulsemq.js';
import { machine } from '../report/machine.js';
import { scenarios } from './all-scenarios.js';
import { isFailed, linesOf } from './lines.js';
import { type MarketOptions, parseMarketOptions, usage } from './market-options.js';
import type { Scenario } from './scenario.js';

/** The command `npm run bench:market`. */
async function main(options: MarketOptions): Promise<void> {
  if (options.help) return console.log(usage);
  const some = chosen(scenarios, options.only, 'scenario');
  if (options.list) return console.log(some.map(({ name, title }) => `${name.padEnd(18)}${title}`).join('\n'));
  console.log(`${machine()}\n${pulsemqPeer.describe()}\n`);
  if (options.quick) await runQuick(some, options);
  else for (const scenario of some) await runOne(scenario, pulsemqPeer, options);
}

/** One broker for all scenarios: its start takes longer than most of them. Each makes its namespace anew. */
async function runQuick(some: readonly Scenario[], options: MarketOptions): Promise<void> {
  const running = await pulsemqPeer.start();
  const kept: Peer = { ...pulsemqPeer, start: async () => ({ ...running, stop: async () => {} }) };
  try {
    for (const scenario of some) await runOne(scenario, kept, options);
  } finally {
    await running.stop();
  }
}

/** A scenario that ends with an error fails the command, and the next ones still run. */
async function runOne({ name, run }: Scenario, peer: Peer, { quick, seconds }: MarketOptions): Promise<void> {
  try {
    const outcome = await run(peer, { isQuick: quick, seconds });
    console.log(linesOf(name, outcome, quick).join('\n'));
    if (isFailed(outcome, quick)) process.exitCode = 1;
  } catch (error) {
    console.log(`${name.padEnd(18)}FAILED ${(error as Error).stack}`);
    process.exitCode = 1;
  }
}

try {
  await main(parseMarketOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`bench: ${error.message}\nbench: --help lists the options`);
  process.exitCode = 2;
}
