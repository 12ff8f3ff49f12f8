/** A thing that begins when its turn comes, and calls `onBegun` once others may begin. */
export interface Beginning {
  begin(onBegun: () => void): void;
}

/** Lets at most `maxCount` things begin at one moment; others wait in the order in which they came. */
export class Turns {
  readonly #maxCount: number;
  readonly #waiting = new Set<Beginning>();
  #underWayCount = 0;

  constructor(maxCount: number) {
    this.#maxCount = maxCount;
  }

  add(beginning: Beginning): void {
    this.#waiting.add(beginning);
    this.#next();
  }

  /** It does not begin any more. Nothing happens to what has begun. */
  remove(beginning: Beginning): void {
    this.#waiting.delete(beginning);
  }

  #next(): void {
    for (const one of this.#waiting) {
      if (this.#underWayCount >= this.#maxCount) return;
      this.#waiting.delete(one);
      this.#underWayCount++;
      let isUnderWay = true;
      one.begin(() => {
        if (!isUnderWay) return;
        isUnderWay = false;
        this.#underWayCount--;
        this.#next();
      });
    }
  }
}
