import type { Guard } from '../../guard.js';

/** Time in one turn of the loop. */
const budgetMs = 1;
/** Items done between two looks at the clock. */
const strideCount = 16;

interface Job {
  readonly items: Iterator<unknown>;
  readonly work: (item: never) => void;
}

/** Does the same to many items, in order, in slices of a millisecond: ticks go on between. What fits into one slice is done at once. */
export class WorkQueue {
  readonly #guard: Guard;
  readonly #where: string;
  readonly #jobs: Job[] = [];
  #isScheduled = false;

  constructor(guard: Guard, where: string) {
    this.#guard = guard;
    this.#where = where;
  }

  /** `items` must stay readable while others are added and removed: an array, a Map or a Set. */
  add<Item>(items: Iterable<Item>, work: (item: Item) => void): void {
    this.#jobs.push({ items: items[Symbol.iterator](), work });
    if (!this.#isScheduled) this.#run();
  }

  #run(): void {
    this.#isScheduled = false;
    const untilMs = performance.now() + budgetMs;
    for (let job = this.#jobs[0]; job !== undefined; job = this.#jobs[0]) {
      if (!this.#isDone(job, untilMs)) return this.#later();
      this.#jobs.shift();
    }
  }

  #isDone({ items, work }: Job, untilMs: number): boolean {
    for (let count = 1; ; count++) {
      const { done, value } = items.next();
      if (done === true) return true;
      this.#guard.run(this.#where, () => work(value as never));
      if (count % strideCount === 0 && performance.now() > untilMs) return false;
    }
  }

  #later(): void {
    this.#isScheduled = true;
    setImmediate(() => this.#run());
  }
}
