import {
  type ReplayMissing as MissingNotice,
  ReplayEndedError,
  type ReplayEndNotice,
  type ReplayFailure,
  type ReplayOptions,
  type ReplayPlaceNotice,
} from '@pulsemq/protocol';
import type { Gap } from './events.js';

/** What a replay could not give, as far as the broker and the sequences tell. */
export interface ReplayMissing {
  /** The journal has removed messages of before this time (retention), Unix milliseconds. Undefined if it has not. */
  readonly removedUntil: number | undefined;
  /** Times in which the broker delivered messages and could not store them, Unix milliseconds. The end is undefined while it lasts. */
  readonly notStored: readonly { readonly from: number; readonly to: number | undefined }[];
  /** Messages that are missing between others of their topic. Each was also an event `gap`. */
  readonly missedCount: number;
}

/** The end of the past in a replay. */
export interface ReplayEnd {
  /** Messages of the past that have arrived. */
  readonly count: number;
  /** New messages follow. */
  readonly isLive: boolean;
  readonly missing: ReplayMissing;
}

/** How far a replay has come, over all connections. */
export class ReplayProgress {
  /** The past is over, and new messages arrive. */
  isLive = false;
  /** The broker has begun with what was asked for last: what came before that on the lane is of an earlier replay. */
  hasBegun = false;
  /** The end of the past; another promise after a seek of a replay whose past has ended. */
  end: Promise<ReplayEnd>;
  readonly #subject: string;
  #options: ReplayOptions;
  /** Where the broker has said that it can go on, and messages that have arrived since. */
  #place: string | undefined;
  #skipCount = 0;
  /** Number of the last SUB; 0 while the present options have not been asked for. */
  #request = 0;
  #count = 0;
  #missedCount = 0;
  #removedUntilUs: number | null = null;
  /** By their beginning: a page that is sent again tells its gap again. */
  readonly #gaps = new Map<number, number | null>();
  #isSettled = false;
  #resolve: (end: ReplayEnd) => void = () => {};
  #reject: (error: Error) => void = () => {};

  /** `subject` is the replay in error texts. */
  constructor(subject: string, options: ReplayOptions) {
    this.#subject = subject;
    this.#options = options;
    this.end = this.#newEnd();
  }

  /** The broker has been asked for what is wanted now. */
  get isAsked(): boolean {
    return this.#request !== 0;
  }

  /** Goes to another place: nothing that arrives before the broker has begun there belongs to it. Counts begin again. */
  seek(options: ReplayOptions): void {
    this.#options = options;
    this.isLive = false;
    this.hasBegun = false;
    this.#place = undefined;
    this.#skipCount = 0;
    this.#request = 0;
    this.#count = 0;
    this.#missedCount = 0;
    this.#removedUntilUs = null;
    this.#gaps.clear();
    if (!this.#isSettled) return;
    this.#isSettled = false;
    this.end = this.#newEnd();
  }

  /** The options of the SUB that begins it, or goes on behind what has arrived. `request`: a number that no earlier one on the lane had. */
  begin(request: number): { readonly request: number; readonly replay: ReplayOptions } {
    this.#request = request;
    this.hasBegun = false;
    const place = this.#place === undefined ? {} : { place: this.#place };
    const skip = this.#skipCount === 0 ? {} : { skip: this.#skipCount };
    return { request: this.#request, replay: { ...this.#options, ...place, ...skip } };
  }

  /** A message of the past has arrived, with this gap before it. */
  onMessage(gap: Gap | null): void {
    this.#skipCount++;
    this.#count++;
    this.#missedCount += gap?.missedCount ?? 0;
  }

  onPlace({ request, place, ...missing }: ReplayPlaceNotice): void {
    if (request !== this.#request) return;
    this.hasBegun = true;
    if (place === null) return;
    this.#place = place;
    this.#skipCount = 0;
    this.#note(missing);
  }

  /** The past has ended. Returns the error of an end that is early; null for one that is not, undefined for one of an earlier request. */
  onEnd(notice: ReplayEndNotice): ReplayEndedError | null | undefined {
    if (notice.request !== this.#request) return undefined;
    this.#note(notice);
    const { reason, problem } = notice;
    if (reason !== 'complete' && reason !== 'live') return this.#errorOf(reason, problem ?? undefined);
    this.isLive = reason === 'live';
    this.#isSettled = true;
    this.#resolve({ count: this.#count, isLive: this.isLive, missing: this.#missing });
    return null;
  }

  /** Ends it early, if its past has not ended: with the error, or because it was closed. */
  fail(error: Error | null): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#reject(error instanceof ReplayEndedError ? error : this.#errorOf('closed', error?.message));
  }

  #newEnd(): Promise<ReplayEnd> {
    const end = new Promise<ReplayEnd>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // A program may only iterate.
    end.catch(() => {});
    return end;
  }

  #note({ removed_until_us, gaps }: MissingNotice): void {
    if (removed_until_us !== null) this.#removedUntilUs = Math.max(this.#removedUntilUs ?? 0, removed_until_us);
    for (const { from_us, to_us } of gaps) this.#gaps.set(from_us, to_us);
  }

  get #missing(): ReplayMissing {
    const notStored = [...this.#gaps].map(([from, to]) => ({
      from: from / 1_000,
      to: to === null ? undefined : to / 1_000,
    }));
    const removedUntil = this.#removedUntilUs === null ? undefined : this.#removedUntilUs / 1_000;
    return { removedUntil, notStored, missedCount: this.#missedCount };
  }

  #errorOf(reason: ReplayFailure, problem?: string): ReplayEndedError {
    const why = problem === undefined ? '' : `: ${problem}`;
    return new ReplayEndedError(reason, `the replay of ${this.#subject} ended early (${reason})${why}`);
  }
}
