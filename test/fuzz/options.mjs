// The command line of npm run fuzz.

const usage = `npm run fuzz -- [options]
  --seconds N      time for each target; default 10
  --inputs N       also run until each target has had this many inputs
  --target NAME    only this target; may be repeated
  --seed N         seed of the random numbers; default: the time
  --jobs N         targets that run at the same time; default 2
  --blind          do not look at the coverage: more inputs a second, from the kept corpus and the generator
  --keep           write inputs that reach new code into test/fuzz/corpus
  --input FILE     run one input of the one target that --target names
  --install        install what the Python target needs
  --no-skip        a target that cannot run is a failure`;

const numbers = { '--seconds': 'seconds', '--inputs': 'inputs', '--seed': 'seed', '--jobs': 'jobs' };
const flags = { '--blind': 'blind', '--keep': 'keep', '--install': 'install', '--no-skip': 'noSkip' };

/** The options, or undefined after the usage was printed. */
export function readOptions(words, targetNames) {
  const options = { seconds: 10, inputs: 0, jobs: 2, seed: Date.now() & 0x7fff_ffff, targets: [] };
  const problem = parse(words, options, targetNames);
  if (problem === undefined) return options;
  console.error(`fuzz: ${problem}\n${usage}`);
  return undefined;
}

function parse(words, options, targetNames) {
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word in flags) options[flags[word]] = true;
    else if (word in numbers) {
      options[numbers[word]] = Number(words[++at]);
      if (!(options[numbers[word]] >= 0)) return `${word} needs a number, not ${words[at]}`;
    } else if (word === '--target') options.targets.push(words[++at]);
    else if (word === '--input') options.file = words[++at];
    else return `unknown option ${word}`;
  }
  const unknown = options.targets.find((name) => !targetNames.includes(name));
  if (unknown !== undefined) return `unknown target ${unknown}, expected ${targetNames.join(', ')}`;
  if (options.file !== undefined && options.targets.length !== 1) return '--input needs one --target';
  if (options.targets.length === 0) options.targets = targetNames;
  return undefined;
}
