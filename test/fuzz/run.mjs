// npm run fuzz [-- options]: feeds every target with inputs, and fails when one crashes, hangs or grows. `--seconds N` is the time for each
// target; two run at the same time. What failed is saved under test/fuzz/findings, with the command that repeats it.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nameOf } from './corpus.mjs';
import { readOptions } from './options.mjs';
import { pythonTarget, runPython } from './python/run-python.mjs';
import { runWatched } from './watched-child.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const targetNames = [
  ...readdirSync(join(here, 'targets')).map((name) => name.replace(/\.mjs$/, '')),
  pythonTarget,
].sort();

/** Saves the input of a fault and says how to repeat it. */
function save(target, input) {
  const folder = join(here, 'findings', target);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, nameOf(input));
  writeFileSync(file, input);
  return { file, command: `npm run fuzz -- --target ${target} --input ${relative(process.cwd(), file)}` };
}

const cells = (row) =>
  row.map((cell, index) => String(cell)[index === 0 ? 'padEnd' : 'padStart'](index === 0 ? 20 : 11)).join(' ');

async function print(target, result) {
  if (result.skipped !== undefined) console.log(`${cells([target])} skipped: ${result.skipped}`);
  else if (result.inputs !== undefined) {
    const { inputs, perSecond, grownMiB, newEntries, reached } = result;
    console.log(cells([target, inputs, perSecond, grownMiB, newEntries, reached]));
  }
  if (result.fault == null) return;
  console.error(`\nfuzz: ${target} FAILED (seed ${options.seed}): ${result.fault}`);
  if (result.input === undefined || options.file !== undefined) return;
  const { file, command } = save(target, result.input);
  console.error(`fuzz: repeat it with: ${command}`);
  if (target === pythonTarget) return;
  const { fault } = await runWatched({ ...options, target, file });
  console.error(fault == null ? 'fuzz: alone it passes: it needs the inputs before it\n' : `fuzz: alone: ${fault}\n`);
}

async function worker(queue, results) {
  for (let target = queue.shift(); target !== undefined; target = queue.shift()) {
    const result = target === pythonTarget ? await runPython(options) : await runWatched({ ...options, target });
    results.push(result);
    await print(target, result);
  }
}

const options = readOptions(process.argv.slice(2), targetNames);
if (options === undefined) process.exit(2);
console.log(`seed ${options.seed}; ${options.seconds} s for each target\n`);
console.log(cells(['target', 'inputs', 'inputs/s', 'growth MiB', 'new entries', 'code reached']));
const results = [];
const queue = [...options.targets];
await Promise.all(Array.from({ length: Math.max(1, options.jobs) }, () => worker(queue, results)));
const isFailed = ({ fault, skipped }) => fault != null || (skipped !== undefined && options.noSkip === true);
const failCount = results.filter(isFailed).length;
console.log(failCount === 0 ? '\nfuzz: passed' : `\nfuzz: FAILED: ${failCount} of ${results.length} targets`);
process.exitCode = failCount === 0 ? 0 : 1;
