import type { CommandRun } from '../command-run.js';
import { usageError } from '../exit-code.js';
import { lines } from '../input/lines.js';
import { askSecret, canAsk } from './ask.js';

/** Secrets, one after the other: typed at a terminal without being shown, else each the next line of standard input. */
export class SecretInput {
  readonly #run: CommandRun;
  #lines: AsyncGenerator<Buffer> | null = null;

  constructor(run: CommandRun) {
    this.#run = run;
  }

  /** Throws a CommandError when the secret is empty. `expected` says what standard input must have. */
  async next(question: string, expected = 'one line, the secret'): Promise<string> {
    const secret = canAsk(this.#run) ? await askSecret(this.#run, question) : await this.#nextLine();
    if (secret !== '') return secret;
    throw usageError(
      `${question.replace(/ *(\(.*\))?: *$/, '')} is empty: type it at the prompt, or give standard input ${expected}`,
    );
  }

  async #nextLine(): Promise<string> {
    this.#lines ??= lines(this.#run.stdin);
    const next = await this.#lines.next();
    return next.done === true ? '' : next.value.toString('utf8');
  }
}
