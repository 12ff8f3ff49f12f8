import { microBenches } from './all.js';
import { nanosecondsOf } from './nanoseconds.js';

/** `npm run bench:micro -- [words]`: nanoseconds of every operation whose name contains one of the words; of all without words. */

const sampleMs = 60;
const words = process.argv.slice(2);
const chosen = microBenches.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
if (chosen.length === 0) {
  console.error(`bench:micro: no operation has ${words.join(' or ')} in its name; the names are`);
  for (const { name } of microBenches) console.error(`  ${name}`);
  process.exitCode = 2;
}
for (const bench of chosen) {
  console.log(`${bench.name.padEnd(64)} ${nanosecondsOf(bench, sampleMs).toFixed(1).padStart(10)} ns`);
}
