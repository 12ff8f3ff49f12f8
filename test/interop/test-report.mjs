// The options and the result of a test runner whose parts may be skipped: `--install` gets what the tests need, `--no-skip` makes
// a skipped part a failure.
const known = ['--install', '--no-skip'];

/** Prints every line with the name of the runner, and counts the parts that failed or were skipped. */
export class TestReport {
  #name;
  #flags;
  #failCount = 0;
  #skipCount = 0;

  /** Reads the options of the command line. Ends the process with exit code 2 on an unknown option. */
  constructor(name) {
    this.#name = name;
    this.#flags = process.argv.slice(2);
    const unknown = this.#flags.find((flag) => !known.includes(flag));
    if (unknown === undefined) return;
    console.error(`${name}: unknown option ${unknown}, expected ${known.join(' or ')}`);
    process.exit(2);
  }

  get installs() {
    return this.#flags.includes('--install');
  }

  get failsOnSkip() {
    return this.#flags.includes('--no-skip');
  }

  say(text) {
    console.log(`${this.#name}: ${text}`);
  }

  /** Counts a part that was skipped, and says why. */
  skip(text) {
    this.#skipCount += 1;
    this.say(text);
  }

  /** Counts a part by the result of `spawnSync`. */
  record(title, { status, signal }) {
    if (status !== 0) this.#failCount += 1;
    this.say(`${title}: ${status === 0 ? 'passed' : `FAILED (exit ${status ?? signal})`}`);
  }

  /** Sets the exit code of the process: 1 after a failure, and with `--no-skip` after a skip. */
  end() {
    if (this.#skipCount > 0) this.say(`${this.#skipCount} parts skipped`);
    process.exitCode = this.#failCount > 0 || (this.#skipCount > 0 && this.failsOnSkip) ? 1 : 0;
  }
}
