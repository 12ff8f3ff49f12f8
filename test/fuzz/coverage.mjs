// Which parts of our code the inputs have reached, from V8's own block coverage. No library for coverage-guided fuzzing runs here:
// see docs/fuzzing.md. Counting costs almost nothing, reading the counts one to five milliseconds, so it is read for many inputs at once.
import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { fileURLToPath } from 'node:url';

const isOurs = (url) => url.startsWith('file://') && /\/packages\/\w+\/dist\//.test(url);

/** For runs that do not look at coverage. */
export const noCoverage = { reachedCount: 0, take: () => 0 };

export class Coverage {
  #session = new Session();
  /** For each module, a byte for each character that was reached. */
  #reached = new Map();
  /** Scratch for the function that is being looked at. */
  #scratch = new Uint8Array(65_536);

  constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Characters of code that were reached since the last call and never before. With `isKept` false they do not count as reached. */
  take({ isKept = true } = {}) {
    let newCount = 0;
    for (const { url, functions } of this.#read()) {
      if (!isOurs(url)) continue;
      const reached = this.#of(url);
      for (const { ranges } of functions) newCount += this.#paint(reached, ranges, isKept);
    }
    return newCount;
  }

  /** Characters of code reached so far. */
  get reachedCount() {
    let count = 0;
    for (const reached of this.#reached.values()) for (const byte of reached) count += byte;
    return count;
  }

  #read() {
    let answer = [];
    this.#session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error !== null) throw error;
      answer = result;
    });
    return answer;
  }

  #of(url) {
    let reached = this.#reached.get(url);
    if (reached === undefined) {
      reached = new Uint8Array(readFileSync(fileURLToPath(url)).length);
      this.#reached.set(url, reached);
    }
    return reached;
  }

  /** The first range is the whole function, later ones lie inside earlier ones. */
  #paint(reached, ranges, isKept) {
    const { startOffset: from, endOffset: to, count } = ranges[0];
    if (count === 0) return 0;
    if (to - from > this.#scratch.length) this.#scratch = new Uint8Array(to - from);
    const scratch = this.#scratch;
    for (const range of ranges) {
      scratch.fill(range.count > 0 ? 1 : 0, range.startOffset - from, range.endOffset - from);
    }
    let newCount = 0;
    for (let at = from; at < to; at++) {
      if (scratch[at - from] === 0 || reached[at] === 1) continue;
      newCount++;
      if (isKept) reached[at] = 1;
    }
    return newCount;
  }
}
