// npm run test:journal -- [--only kills,runs,flips] [--kills N] [--runs N] [--rounds N] [--flips N] [--seed N]: the journal under SIGKILL, clean
// restarts, cut connections, flipped bits and cut files. A message that was acknowledged under the policy `always` must be read again, and must
// reach a client once and in order.
import { parseArgs } from 'node:util';
import { flips } from './flips.mjs';
import { kills, runs, shown } from './kills.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'kills,runs,flips' },
    kills: { type: 'string', default: '200' },
    runs: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '3' },
    flips: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const seed = Number(values.seed);
const parts = {
  kills: async () => shown(await kills({ roundCount: Number(values.kills), seed })),
  runs: async () => shown(await runs({ runCount: Number(values.runs), roundCount: Number(values.rounds), seed })),
  flips: () => flips({ flipCount: Number(values.flips), seed }),
};
let failed = 0;
for (const name of values.only.split(',')) {
  try {
    if (parts[name] === undefined) throw new Error(`unknown part, the parts are ${Object.keys(parts).join(', ')}`);
    console.log(`${name}: ${await parts[name]()} (seed ${seed})`);
  } catch (error) {
    failed += 1;
    console.log(`${name}: FAILED with seed ${seed}: ${error.stack ?? error}`);
  }
}
process.exitCode = failed > 0 ? 1 : 0;
