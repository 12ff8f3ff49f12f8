import type { connectionColumns, Row } from '../../port-report.js';
import type { Recorder } from './recorder.js';
import { UserFigures } from './user-figures.js';

type ConnectionRow = Row<typeof connectionColumns>;

/** Users of this run: what each published and got since the broker started, and who is online. */
export class UserFigureTable {
  readonly #recorder: Recorder;
  readonly #totals = new Map<number, UserFigures>();
  readonly #sessionCounts = new Map<number, number>();

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  /** Users with a session. */
  get onlineIds(): IterableIterator<number> {
    return this.#sessionCounts.keys();
  }

  get onlineCount(): number {
    return this.#sessionCounts.size;
  }

  sessionCountOf(userId: number): number {
    return this.#sessionCounts.get(userId) ?? 0;
  }

  /** Since the broker started; undefined for one who was not there. */
  totalsOf(userId: number): UserFigures | undefined {
    return this.#totals.get(userId);
  }

  opened(userId: number): void {
    this.#sessionCounts.set(userId, this.sessionCountOf(userId) + 1);
    this.#recorder.user(userId);
  }

  closed(userId: number): void {
    const left = this.sessionCountOf(userId) - 1;
    if (left > 0) this.#sessionCounts.set(userId, left);
    else this.#sessionCounts.delete(userId);
  }

  /** A connection of the user has gone on; nobody knows whose a legacy one is. */
  count(userId: number | null, now: ConnectionRow, before: ConnectionRow | null): void {
    if (userId === null || !isChanged(now, before)) return;
    const totals = this.#totals.get(userId) ?? new UserFigures();
    this.#totals.set(userId, totals);
    totals.count(now, before);
    this.#recorder.user(userId).count(now, before);
  }
}

const counted = ['publishedCount', 'deliveredCount', 'errorCount', 'droppedHwm', 'droppedOutboxBytes'] as const;
const lost = ['droppedOutboxTotalBytes', 'droppedAtClose'] as const;

const isChanged = (now: ConnectionRow, before: ConnectionRow | null): boolean =>
  [...counted, ...lost].some((name) => now[name] !== (before?.[name] ?? 0));
