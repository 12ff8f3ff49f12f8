/** Work done at a time. A frame has 16 ms, and the browser needs some of it to draw. */
const sliceMs = 6;
/** A hidden tab has no frames: the work is done at least this often. */
const hiddenMs = 1000;

/**
 * Work that waits for the next frame of the page. What does not fit into one frame waits for the one after it, so a burst never
 * holds up the page.
 */
export class FrameQueue {
  readonly #afterSlice: () => void;
  #waiting: (() => void)[] = [];
  #next = 0;
  #frame: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `afterSlice` is called after the work of each frame. */
  constructor(afterSlice: () => void) {
    this.#afterSlice = afterSlice;
  }

  push(work: () => void): void {
    this.#waiting.push(work);
    this.#schedule();
  }

  stop(): void {
    this.#waiting = [];
    this.#next = 0;
    this.#unschedule();
  }

  #schedule(): void {
    if (this.#frame !== undefined) return;
    this.#frame = requestAnimationFrame(() => this.#run(sliceMs));
    this.#timer = setTimeout(() => this.#run(Number.POSITIVE_INFINITY), hiddenMs);
  }

  #unschedule(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#frame = undefined;
  }

  #run(limitMs: number): void {
    this.#unschedule();
    const end = performance.now() + limitMs;
    do {
      const work = this.#waiting[this.#next];
      if (work === undefined) break;
      this.#next += 1;
      work();
    } while (performance.now() < end);
    if (this.#next === this.#waiting.length) {
      this.#waiting = [];
      this.#next = 0;
    } else this.#schedule();
    this.#afterSlice();
  }
}
