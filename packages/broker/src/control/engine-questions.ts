import type { ApiMessage, EngineCommand, EngineEvent, EngineLink } from '../port.js';
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
