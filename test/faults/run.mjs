// npm run test:faults [-- --only NAME,...] [-- --no-skip]: bad networks before both ports and both clients, SIGTERM under load, a clock that
// jumps, no descriptors. Kills, cuts and crowds are in test/resilience.
import { parseArgs } from 'node:util';
import { clock } from './clock.mjs';
import { descriptors } from './descriptors.mjs';
import { networks, pythonNetworks } from './networks.mjs';
import { sigterm } from './sigterm.mjs';

const { values } = parseArgs({ options: { only: { type: 'string' }, 'no-skip': { type: 'boolean', default: false } } });
const parts = { networks, python: pythonNetworks, sigterm, clock, descriptors };
const wanted = values.only?.split(',') ?? Object.keys(parts);
const unknown = wanted.filter((name) => parts[name] === undefined);
if (unknown.length > 0) {
  console.error(`faults: unknown part ${unknown.join(', ')}; the parts are ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}

/** A part whose broker has died may wait for ever. */
const partMaxMs = 120_000;

function limited(work) {
  let timer;
  const over = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${partMaxMs} ms`)), partMaxMs);
  });
  return Promise.race([work, over]).finally(() => clearTimeout(timer));
}

let failCount = 0;
async function run(name) {
  const startMs = performance.now();
  try {
    const text = await limited(parts[name]({ noSkip: values['no-skip'] }));
    console.log(`${name} (${Math.round((performance.now() - startMs) / 1_000)} s):\n  ${text}`);
  } catch (error) {
    failCount += 1;
    console.log(`${name}: FAILED: ${error.stack ?? error}`);
  }
}

/** The Python part takes as long as all others, and most of both is waiting. */
const isBeside = (name) => name === 'python';
await Promise.all([
  ...wanted.filter(isBeside).map(run),
  (async () => {
    for (const name of wanted.filter((one) => !isBeside(one))) await run(name);
  })(),
]);
console.log(`${wanted.length - failCount} passed, ${failCount} failed`);
process.exit(failCount > 0 ? 1 : 0);
