import type { ApiMessage, EngineCommand, EngineEvent } from '../port.js';
import type { EngineAnswer, EngineQuestion } from '../port-questions.js';
import type { ObservedEngineLink } from './observed-engine-link.js';

/** The engine answers between two reads. After this time it has stopped. */
const answerTimeoutMs = 10_000;

interface Waiting {
  readonly resolve: (answer: EngineAnswer) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** Sends questions to the engine and matches the answers. */
export class EngineQuestions {
  readonly #link: Pick<ObservedEngineLink, 'send' | 'sentCount'>;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  /** Commands that the engine is known to have carried out, counted from the first. */
  #appliedCount = 0;

  constructor(link: Pick<ObservedEngineLink, 'send' | 'sentCount'>) {
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

  /**
   * Resolves when the engine has carried out every command sent so far, at once if it is known to have. Throws when no answer comes
   * within ten seconds.
   */
  async caughtUp(): Promise<void> {
    const { sentCount } = this.#link;
    if (this.#appliedCount >= sentCount) return;
    await this.ask({ kind: 'applied' });
    this.#appliedCount = Math.max(this.#appliedCount, sentCount);
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
