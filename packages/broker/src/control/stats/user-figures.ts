import type { UserStatsRow } from '../store/stats-rows.js';
import { type ConnectionRow, droppedCountOf, emptyConnectionRow } from './connection-row.js';

/** What a user published and received over some time. */
export class UserFigures {
  pubCount = 0;
  pubBytes = 0;
  subCount = 0;
  subBytes = 0;
  droppedCount = 0;
  errorCount = 0;

  /** Adds what one of the user's connections did between two rows. */
  count(now: ConnectionRow, before: ConnectionRow = emptyConnectionRow): void {
    this.pubCount += now.publishedCount - before.publishedCount;
    this.pubBytes += now.publishedBytes - before.publishedBytes;
    this.subCount += now.deliveredCount - before.deliveredCount;
    this.subBytes += now.deliveredBytes - before.deliveredBytes;
    this.errorCount += now.errorCount - before.errorCount;
    this.droppedCount += droppedCountOf(now) - droppedCountOf(before);
  }

  /** As a row of the minute `ts`, in which the user was online. */
  row(userId: number, ts: number): UserStatsRow {
    return {
      userId,
      ts,
      pubCount: this.pubCount,
      pubBytes: this.pubBytes,
      subCount: this.subCount,
      subBytes: this.subBytes,
      droppedCount: this.droppedCount,
      errorCount: this.errorCount,
      onlineMinutes: 1,
    };
  }
}
