// One target in a process of its own. Started by run.mjs, which watches it: node --expose-gc child.mjs '{"target": ..., ...}'.
// The last line it prints is a JSON object with its figures.
import { readFileSync } from 'node:fs';
import { BlackBox } from './black-box.mjs';
import { keep, readCorpus } from './corpus.mjs';
import { Loop } from './loop.mjs';

const options = JSON.parse(process.argv[2]);
/** Parts of the run after which memory is read. */
const sampleCount = 8;
/** The growth from the third sample to the last that is accepted: caches fill, and the corpus grows. */
const heapGrowthMaxBytes = 24 * 1_048_576;

const mebibytes = (bytes) => Math.round((bytes / 1_048_576) * 10) / 10;

/** Bytes of JavaScript and of buffers after a collection. A pause lets what is closed be forgotten first. */
async function heapBytes() {
  for (let round = 0; round < 2; round++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    globalThis.gc();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function fuzz(target, blackBox) {
  const loop = new Loop(target, blackBox, options, [...(target.seeds ?? []), ...readCorpus(target.name)]);
  const samples = [];
  await loop.replay();
  const startMs = performance.now();
  const progress = () =>
    Math.min(
      (performance.now() - startMs) / (options.seconds * 1_000),
      options.inputs === 0 ? 1 : loop.inputCount / options.inputs,
    );
  // With a number of inputs the run lasts until both the time and the number are reached.
  while (progress() < 1 || loop.inputCount < options.inputs) {
    await loop.batch();
    blackBox.idle();
    if (progress() * sampleCount >= samples.length + 1) samples.push(await heapBytes());
  }
  const seconds = (performance.now() - startMs) / 1_000;
  samples.push(await heapBytes());
  if (options.keep) for (const input of loop.newEntries) keep(target.name, input);
  const grownBytes = samples.at(-1) - samples[Math.min(2, samples.length - 1)];
  return {
    inputs: loop.inputCount,
    perSecond: Math.round(loop.inputCount / seconds),
    grownMiB: mebibytes(grownBytes),
    newEntries: loop.newEntries.length,
    reached: loop.reachedCount,
    fault:
      grownBytes > heapGrowthMaxBytes
        ? `memory grew by ${mebibytes(grownBytes)} MiB: ${samples.map(mebibytes).join(', ')}`
        : null,
  };
}

// A stack for every refused input took a third of the time. An input that is repeated shows it.
if (options.file === undefined) Error.stackTraceLimit = 0;
const { target } = await import(`./targets/${options.target}.mjs`);
const blackBox = new BlackBox(options.blackBox);
await target.start?.();
if (options.file !== undefined) {
  const input = readFileSync(options.file);
  blackBox.begin(input);
  await target.run(input);
  blackBox.idle();
  console.log(JSON.stringify({ inputs: 1, perSecond: 0, grownMiB: 0, newEntries: 0, reached: 0, fault: null }));
} else {
  console.log(JSON.stringify(await fuzz(target, blackBox)));
}
await target.end?.();
process.exit(0);
