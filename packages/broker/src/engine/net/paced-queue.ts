/** Time that the work of a queue may take in one turn of the loop. */
const budgetMs = 1;

/**
 * Work for new connections, a little in each turn, so that ticks go on between. libuv hands over 3,000 connects at once, and all of their
 * greetings; done at once, that work held ticks up for 90 ms.
 */
export class PacedQueue<Item> {
  readonly #work: (item: Item) => void;
  #items: Item[] = [];
  #head = 0;
  #isScheduled = false;
  readonly #run = (): void => this.#turn();

  /** `work` must not throw. */
  constructor(work: (item: Item) => void) {
    this.#work = work;
  }

  push(item: Item): void {
    this.#items.push(item);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#run);
  }

  /** Takes out everything that is not done yet. */
  take(): Item[] {
    const rest = this.#items.slice(this.#head);
    this.#clear();
    return rest;
  }

  #turn(): void {
    this.#isScheduled = false;
    const untilMs = performance.now() + budgetMs;
    while (this.#head < this.#items.length && performance.now() < untilMs) this.#work(this.#items[this.#head++]!);
    if (this.#head === this.#items.length) return this.#clear();
    this.#isScheduled = true;
    setImmediate(this.#run);
  }

  #clear(): void {
    this.#items = [];
    this.#head = 0;
  }
}
