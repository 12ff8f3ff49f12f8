import type { connectionColumns, Row } from '../../port-report.js';
import type { UserStatsRow } from '../store/stats-rows.js';

type ConnectionRow = Row<typeof connectionColumns>;

/** What a user published and got, over some time. */
export class UserFigures {
  pubCount = 0;
  pubBytes = 0;
  subCount = 0;
  subBytes = 0;
  droppedCount = 0;
  errorCount = 0;

  /** What one of the user's connections did from one row to the next. */
  count(now: ConnectionRow, before: ConnectionRow | null): void {
    const change = (name: keyof ConnectionRow): number => now[name] - (before?.[name] ?? 0);
    this.pubCount += change('publishedCount');
    this.pubBytes += change('publishedBytes');
    this.subCount += change('deliveredCount');
    this.subBytes += change('deliveredBytes');
    this.errorCount += change('errorCount');
    this.droppedCount += change('droppedHwm') + change('droppedOutboxBytes');
    this.droppedCount += change('droppedOutboxTotalBytes') + change('droppedAtClose');
  }

  /** As a row of the minute `ts`, in which the user was online. */
  row(userId: number, ts: number): UserStatsRow {
    return { userId, ts, ...this, onlineMinutes: 1 };
  }
}
