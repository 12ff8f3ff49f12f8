import { SnapshotEndedError, type SnapshotFailure } from '@pulsemq/protocol';

/** The end of a snapshot. */
export interface SnapshotEnd {
  /** Images that the broker has sent. A topic that was published to in the meantime has no image: its message arrives live. */
  readonly count: number;
  /** Topics whose last value the broker has no room for. */
  readonly leftOut: number;
}

/** A topic, the same object for each image of it. */
interface ImageTopic {
  readonly namespace: string;
  readonly topic: string;
}

/** The snapshots of one subscription: the first, and another one after each reconnect. */
export class SnapshotProgress {
  readonly #subject: string;
  readonly #onEnd: (end: SnapshotEnd) => void;
  /** Sequence of the image of each topic, while a snapshot is under way: snapshots of other patterns may bring the same image again. */
  #images: Map<ImageTopic, number> | null = null;
  #end: Promise<SnapshotEnd> | null = null;
  #resolve: (end: SnapshotEnd) => void = () => {};
  #reject: (error: Error) => void = () => {};
  #isSettled = true;

  /** `subject` is the subscription in error texts. */
  constructor(subject: string, onEnd: (end: SnapshotEnd) => void) {
    this.#subject = subject;
    this.#onEnd = onEnd;
    this.begin();
  }

  /** The end of the snapshot that is under way, or of the last one. */
  get end(): Promise<SnapshotEnd> {
    return this.#end!;
  }

  /** Images arrive from now on. A snapshot that a lost connection has interrupted goes on: its promise stays. */
  begin(): void {
    this.#images = new Map();
    if (!this.#isSettled) return;
    this.#isSettled = false;
    this.#end = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // A program may use only the callback, or nothing of it.
    this.#end.catch(() => {});
  }

  /** True if this snapshot is under way and has not had this image yet. */
  takes(topic: ImageTopic, sequence: number): boolean {
    if (this.#images === null || this.#images.get(topic) === sequence) return false;
    this.#images.set(topic, sequence);
    return true;
  }

  complete(end: SnapshotEnd): void {
    if (this.#isSettled) return;
    this.#settle();
    this.#resolve(end);
    this.#onEnd(end);
  }

  /** Ends it early. Returns the error, or undefined if it had ended before. */
  fail(reason: SnapshotFailure, cause?: Error): SnapshotEndedError | undefined {
    if (this.#isSettled) return undefined;
    this.#settle();
    const error = new SnapshotEndedError(
      reason,
      `the snapshot of ${this.#subject} ended early (${reason})${cause === undefined ? '' : `: ${cause.message}`}`,
      cause === undefined ? {} : { cause },
    );
    this.#reject(error);
    return error;
  }

  #settle(): void {
    this.#isSettled = true;
    this.#images = null;
  }
}
