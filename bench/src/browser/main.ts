import { isFailed, linesOf } from '../market/lines.js';
import { chosen, UsageError } from '../options.js';
import { machine } from '../report/machine.js';
import { type BrowserOptions, parseBrowserOptions, usage } from './browser-options.js';
import { browserPeer } from './browser-peer.js';
import { chromiumPath } from './chromium-path.js';
import { clientPaths } from './client-path.js';
import { crowds } from './crowd.js';
import type { BrowserScenario } from './scenario.js';

const scenarios: readonly BrowserScenario[] = [...crowds, ...clientPaths, chromiumPath];

/** The command `npm run bench:browser`. */
async function main(options: BrowserOptions): Promise<void> {
  if (options.help) return console.log(usage);
  const some = chosen(scenarios, options.only, 'scenario');
  if (options.list) return console.log(some.map(({ name, title }) => `${name.padEnd(18)}${title}`).join('\n'));
  console.log(`${machine()}\n${browserPeer.describe()}\n`);
  for (const scenario of some) await runOne(scenario, options);
}

/** A scenario that ends with an error fails the command, and the next ones still run. */
async function runOne({ name, run }: BrowserScenario, { quick, seconds, subscribers }: BrowserOptions): Promise<void> {
  try {
    const outcome = await run({ isQuick: quick, seconds, subscriberCount: subscribers });
    console.log(linesOf(name, outcome, quick, ['HOLDS', 'DOES NOT HOLD']).join('\n'));
    if (isFailed(outcome, quick)) process.exitCode = 1;
  } catch (error) {
    console.log(`${name.padEnd(18)}FAILED ${(error as Error).stack}`);
    process.exitCode = 1;
  }
}

try {
  await main(parseBrowserOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`bench: ${error.message}\nbench: --help lists the options`);
  process.exitCode = 2;
}
