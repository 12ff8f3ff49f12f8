import { type ConnectionRow, droppedCountOf, emptyConnectionRow } from './connection-row.js';
import type { Recorder } from './recorder.js';
import { UserFigures } from './user-figures.js';

/** Users of this run: what each published and received since the broker started, and who is online. */
export class UserFigureTable {
  readonly #recorder: Recorder;
  readonly #totals = new Map<number, UserFigures>();
  /** Of users who are online: open sessions, and subscribers that are logged in without one. */
  readonly #sessionCounts = new Map<number, number>();

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  /** Users with an open session, or with a subscriber that is logged in without one. */
  get onlineIds(): IterableIterator<number> {
    return this.#sessionCounts.keys();
  }

  get onlineCount(): number {
    return this.#sessionCounts.size;
  }

  /** Log-ins that are open. A subscriber that logs in by PLAIN or by its key, and opens no session, is one. */
  sessionCountOf(userId: number): number {
    return this.#sessionCounts.get(userId) ?? 0;
  }

  /** Since the broker started; undefined for a user without traffic. */
  totalsOf(userId: number): UserFigures | undefined {
    return this.#totals.get(userId);
  }

  /** A session of the user has opened, or a subscriber that is logged in without one. */
  opened(userId: number): void {
    this.#sessionCounts.set(userId, this.sessionCountOf(userId) + 1);
    this.#recorder.user(userId);
  }

  closed(userId: number): void {
    const left = this.sessionCountOf(userId) - 1;
    if (left > 0) this.#sessionCounts.set(userId, left);
    else this.#sessionCounts.delete(userId);
  }

  /** Adds what a connection did between two rows. An unauthenticated subscriber, `userId` null, counts for no user. */
  count(userId: number | null, now: ConnectionRow, before: ConnectionRow | null): void {
    const earlier = before ?? emptyConnectionRow;
    if (userId === null || !isChanged(now, earlier)) return;
    const totals = this.#totals.get(userId) ?? new UserFigures();
    this.#totals.set(userId, totals);
    totals.count(now, earlier);
    this.#recorder.user(userId).count(now, earlier);
  }
}

const isChanged = (now: ConnectionRow, before: ConnectionRow): boolean =>
  now.publishedCount !== before.publishedCount ||
  now.deliveredCount !== before.deliveredCount ||
  now.errorCount !== before.errorCount ||
  droppedCountOf(now) !== droppedCountOf(before);
