import type { ApiMessage, EngineCommand, EngineEvent, EngineLink } from '../port.js';
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

  /** Asks a question. Throws when no answer comes within ten seconds. */
  ask(question: EngineQuestion): Promise<EngineAnswer> {
    return this.#send(`the question ${question.kind}`, (id) => ({ kind: 'ask', id, question }));
  }

  /** Publishes a message. Throws when no answer comes within ten seconds. */
  publish(message: ApiMessage): Promise<EngineAnswer> {
    return this.#send('a publish', (id) => ({ kind: 'publish', id, message }));
  }

  #send(what: string, command: (id: number) => EngineCommand): Promise<EngineAnswer> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error(`the engine did not answer ${what} within ${answerTimeoutMs} ms`));
      }, answerTimeoutMs);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#link.send(command(id));
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
