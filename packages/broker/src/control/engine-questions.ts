import type { EngineCommand, EngineEvent, EngineLink } from '../port.js';
import type { EngineAnswer, EngineQuestion } from '../port-questions.js';

/** The engine answers between two reads: so late it has stopped. */
const answerTimeoutMs = 10_000;

interface Waiting {
  readonly resolve: (answer: EngineAnswer) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** Questions to the engine, each with its own answer. */
export class EngineQuestions {
  readonly #link: Pick<EngineLink, 'send'>;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  /** Commands sent to the engine, questions not counted. */
  #sentCount = 0;
  /** Of these, the first ones, up to the last that the engine is known to have carried out. */
  #appliedCount = 0;

  constructor(link: Pick<EngineLink, 'send'>) {
    this.#link = link;
  }

  /** Throws when no answer comes in ten seconds. */
  ask(question: EngineQuestion): Promise<EngineAnswer> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error(`the engine did not answer a question about ${question.kind} in ${answerTimeoutMs} ms`));
      }, answerTimeoutMs);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#link.send({ kind: 'ask', id, question });
    });
  }

  /** Counts a command that is sent to the engine. */
  learn(command: EngineCommand): void {
    if (command.kind !== 'ask') this.#sentCount++;
  }

  /** Resolves when the engine has carried out every command sent so far; at once when it has. Throws as `ask` does. */
  async caughtUp(): Promise<void> {
    const sentCount = this.#sentCount;
    if (this.#appliedCount >= sentCount) return;
    await this.ask({ kind: 'applied' });
    this.#appliedCount = Math.max(this.#appliedCount, sentCount);
  }

  onEvent(event: EngineEvent): void {
    if (event.kind !== 'answer') return;
    const waiting = this.#waiting.get(event.id);
    if (waiting === undefined) return;
    this.#waiting.delete(event.id);
    clearTimeout(waiting.timer);
    waiting.resolve(event.answer);
  }

  /** Whoever still waits hears that there will be no answer. */
  stop(): void {
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new Error('the broker is shutting down'));
    }
    this.#waiting.clear();
  }
}
