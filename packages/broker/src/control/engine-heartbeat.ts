import type { EngineQuestions } from './engine-questions.js';
import { errorText } from './error-text.js';

/**
 * Beats without an answer after which the engine counts as dead. Beats are counted and not milliseconds: after the whole process stood
 * still, as under SIGSTOP, the engine has one beat's time to answer.
 */
const silentBeatCount = 10;

/** How long `/ready` waits for the engine. */
export const readyTimeoutMs = 1_000;

/** Asks the engine once a second whether it works. An engine that does not answer any more delivers nothing and accepts nothing. */
export class EngineHeartbeat {
  readonly #questions: Pick<EngineQuestions, 'ask'>;
  readonly #onSilent: (error: Error) => void;
  #unansweredCount = 0;
  #isAsking = false;

  /** `onSilent` is called once, when the engine has not answered ten beats in a row. */
  constructor(questions: Pick<EngineQuestions, 'ask'>, onSilent: (error: Error) => void) {
    this.#questions = questions;
    this.#onSilent = onSilent;
  }

  /** Call once a second. */
  beat(): void {
    if (!this.#isAsking) this.#ask();
    // Zero again with each answer.
    this.#unansweredCount++;
    if (this.#unansweredCount !== silentBeatCount + 1) return;
    this.#onSilent(new Error(`the engine's thread has not answered for ${silentBeatCount} seconds`));
  }

  /** Why the engine is not ready to serve; undefined when it is. Waits for its answer for at most a second. */
  async problem(): Promise<string | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(resolve, readyTimeoutMs, `the engine did not answer within ${readyTimeoutMs} ms`);
    });
    try {
      return await Promise.race([this.#portProblem(), late]);
    } catch (error) {
      return errorText(error);
    } finally {
      clearTimeout(timer);
    }
  }

  async #portProblem(): Promise<string | undefined> {
    const answer = await this.#questions.ask({ kind: 'alive' });
    return answer.kind === 'alive' && answer.isListening ? undefined : 'the engine does not listen on both ports';
  }

  #ask(): void {
    this.#isAsking = true;
    const answered = (): void => {
      this.#isAsking = false;
      this.#unansweredCount = 0;
    };
    // A question that is too late says little: after the process stood still its time is over before the answer is read. The next beat asks again.
    const late = (): void => {
      this.#isAsking = false;
    };
    this.#questions.ask({ kind: 'alive' }).then(answered, late);
  }
}
