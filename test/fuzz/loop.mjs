// The loop of one target: makes inputs, runs them, and keeps those that reach new code as a base for the next.
import fc from 'fast-check';
import { Coverage, noCoverage } from './coverage.mjs';
import { mutate } from './mutate.mjs';
import { Random } from './random.mjs';

/** Time after which the coverage of the inputs is read; a target may name another. */
const usualBatchMs = 100;
const batchMaxCount = 4_096;
/** One input in this many comes from the generator of the target; the others are changed inputs of the corpus. */
const generatedOneIn = 4;
const poolCount = 64;
const corpusMaxCount = 4_096;

export class Loop {
  inputCount = 0;
  newEntries = [];
  #target;
  #blackBox;
  #random;
  #coverage;
  #corpus;
  #pool = [];
  #seed;

  constructor(target, blackBox, { seed, blind = false }, corpus) {
    this.#target = target;
    this.#blackBox = blackBox;
    this.#coverage = blind ? noCoverage : new Coverage();
    this.#seed = seed;
    this.#random = new Random(seed);
    this.#corpus = corpus.length > 0 ? [...corpus] : [Buffer.alloc(0)];
  }

  get reachedCount() {
    return this.#coverage.reachedCount;
  }

  /** Runs every input of the corpus once. What they reach is not new afterwards. */
  async replay() {
    for (const input of this.#corpus) await this.run(input);
    this.#coverage.take();
  }

  /** Runs inputs for the time of a batch, and keeps those that have reached new code. */
  async batch() {
    const inputs = [];
    const untilMs = performance.now() + (this.#target.batchMs ?? usualBatchMs);
    while (inputs.length < batchMaxCount && performance.now() < untilMs) {
      const input = this.#next();
      inputs.push(input);
      await this.run(input);
    }
    this.#blackBox.idle();
    if (this.#coverage.take({ isKept: false }) > 0) await this.#keepNew(inputs);
  }

  /** Runs one input. Throws when the target finds a fault. */
  async run(input) {
    this.#blackBox.begin(input);
    this.inputCount++;
    await this.#target.run(input);
  }

  #next() {
    const random = this.#random;
    if (random.below(generatedOneIn) === 0 && this.#target.generator !== undefined) return this.#generated();
    const { words = [], maxBytes } = this.#target;
    return mutate(random, random.of(this.#corpus), { others: this.#corpus, words, maxBytes });
  }

  #generated() {
    if (this.#pool.length === 0) {
      // A fault of the generator must not be taken for one of the last input.
      this.#blackBox.idle();
      this.#seed = (this.#seed + 1) | 0;
      this.#pool = fc.sample(this.#target.generator, { seed: this.#seed, numRuns: poolCount });
    }
    return Buffer.from(this.#pool.pop());
  }

  /** Runs the inputs again in halves, and follows the halves that reach new code, down to single inputs. */
  async #keepNew(inputs) {
    if (inputs.length === 0) return;
    for (const input of inputs) await this.run(input);
    this.#blackBox.idle();
    const isSingle = inputs.length === 1;
    if (this.#coverage.take({ isKept: isSingle }) === 0) return;
    if (isSingle) return this.#add(inputs[0]);
    const middle = inputs.length >> 1;
    await this.#keepNew(inputs.slice(0, middle));
    await this.#keepNew(inputs.slice(middle));
  }

  #add(input) {
    this.newEntries.push(input);
    if (this.#corpus.length < corpusMaxCount) this.#corpus.push(input);
    else this.#corpus[this.#random.below(corpusMaxCount)] = input;
  }
}
