import type { EngineEvent, EngineLink } from '../port.js';
import type { EngineAnswer, EngineQuestion } from '../port-questions.js';

/** The engine answers between two reads. After this time it has stopped. */
const answerTimeoutMs = 10_000;

interface Waiting {
  readonly resolve: (answer: EngineAnswer) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** Sends questions to the engine and matches the answers. */
export class EngineQuestions {
  readonly #link: Pick<EngineLink, 'send'>;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(link: Pick<EngineLink, 'send'>) {
    this.#link = link;
  }

  /** Throws when the engine does not answer within ten seconds. */
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

  onAnswer({ id, answer }: Extract<EngineEvent, { kind: 'answer' }>): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    waiting.resolve(answer);
  }

  /** Rejects every question that has no answer yet. */
  stop(): void {
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new Error('the broker is shutting down'));
    }
    this.#waiting.clear();
  }
}
